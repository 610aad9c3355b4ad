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
    // A shell gives a program that it starts in the background no terminal to read from, but leaves the
    // others.
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::ttyname_r(descriptor, name.data(), name.size()) == 0) return name.data();
    }
    return {};
}

}  // namespace ukey::platform
