#include "tokenlib/base/platform/command_line.hpp"

namespace ukey::platform {

std::vector<std::string> commandLine(int argc, const char* const* argv) {
    return argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

void printUtf8() noexcept {}

}  // namespace ukey::platform
