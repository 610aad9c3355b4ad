// What a program was started with.
#pragma once

#include <string>
#include <vector>

namespace ukey::platform {

/// The arguments of this process without the program's own name. On Windows in UTF-8 whatever the code page
/// of the machine is, so from the system and not from `argv`.
std::vector<std::string> commandLine(int argc, const char* const* argv);

}  // namespace ukey::platform
