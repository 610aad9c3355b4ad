// Where the running program and the libraries lie, and on which terminal it runs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ukey::platform {

/// The folder of the running program, links resolved.
std::filesystem::path programFolder();

/// Where the system keeps libraries, those of makers among them.
std::vector<std::filesystem::path> libraryFolders();

/// The device of the terminal on standard input, output or error; empty when none of them is one.
std::string terminalDevice();

}  // namespace ukey::platform
