#include "daemon/wiring/platform/program_folder.hpp"

#include <unistd.h>

#include <array>

namespace ukey::platform {

std::filesystem::path programFolder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

std::string terminalDevice() {
    std::array<char, 256> name{};
    return ::ttyname_r(STDIN_FILENO, name.data(), name.size()) == 0 ? name.data() : "";
}

}  // namespace ukey::platform
