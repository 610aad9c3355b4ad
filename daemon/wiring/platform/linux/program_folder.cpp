#include "daemon/wiring/platform/program_folder.hpp"

#include <unistd.h>

#include <array>

namespace ukey::platform {

std::filesystem::path programFolder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

std::vector<std::filesystem::path> libraryFolders() {
#if defined(__x86_64__)
    const char* const multiarch = "/usr/lib/x86_64-linux-gnu";
#elif defined(__aarch64__)
    const char* const multiarch = "/usr/lib/aarch64-linux-gnu";
#else
    const char* const multiarch = "/usr/lib64";
#endif
    return {"/usr/lib", "/usr/lib64", multiarch, "/usr/local/lib"};
}

std::string terminalDevice() {
    std::array<char, 256> name{};
    return ::ttyname_r(STDIN_FILENO, name.data(), name.size()) == 0 ? name.data() : "";
}

}  // namespace ukey::platform
