// Where the running program lies, and on which terminal it runs.
#pragma once

#include <filesystem>
#include <string>

namespace ukey::platform {

/// The folder of the running program, links resolved.
std::filesystem::path programFolder();

/// The device of the terminal on standard input; empty when it is none.
std::string terminalDevice();

}  // namespace ukey::platform
