// Where the running program lies, on which terminal and desktop it runs, and in which language.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ukey::platform {

/// The folder of the running program, links resolved.
std::filesystem::path programFolder();

/// One of our own programs ("ukey-token-host"), beside the running one.
std::filesystem::path programNamed(std::string_view name);

/// The file name of one of our own libraries ("ukey-softtoken").
std::string libraryNamed(std::string_view name);

/// The device of the terminal on standard input, output or error; empty when none of them is one.
std::string terminalDevice();

/// The kind of that terminal, as programs that draw on it want to know; empty when nobody says.
std::string terminalType();

/// The language of whoever started the program, as the system names it ("zh_CN.UTF-8", "zh-CN"); empty when
/// it does not.
std::string userLocale();

/// The desktop's display, as the environment names it; empty when there is none.
std::string desktopDisplay();

/// Of this process.
int processNumber();

}  // namespace ukey::platform
