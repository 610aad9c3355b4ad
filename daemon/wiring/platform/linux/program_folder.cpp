#include "daemon/wiring/platform/program_folder.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace ukey::platform {

std::filesystem::path programFolder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

std::filesystem::path programNamed(std::string_view name) { return programFolder() / name; }

std::string libraryNamed(std::string_view name) { return "lib" + std::string(name) + ".so"; }

std::string terminalDevice() {
    std::array<char, 256> name{};
    // A shell gives a program that it starts in the background no terminal to read from, but leaves the
    // others.
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::ttyname_r(descriptor, name.data(), name.size()) == 0) return name.data();
    }
    return {};
}

std::string desktopDisplay() {
    for (const char* name : {"WAYLAND_DISPLAY", "DISPLAY"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return value;
    }
    return {};
}

int processNumber() { return ::getpid(); }

}  // namespace ukey::platform
