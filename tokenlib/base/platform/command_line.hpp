// What a program was started with.
#pragma once

#include <string>
#include <vector>

namespace ukey::platform {

/// The arguments of this process without the program's own name. On Windows in UTF-8 whatever the code page
/// of the machine is, so from the system and not from `argv`.
std::vector<std::string> commandLine(int argc, const char* const* argv);

/// What this process prints is UTF-8: a console of Windows is told so.
void printUtf8() noexcept;

}  // namespace ukey::platform
