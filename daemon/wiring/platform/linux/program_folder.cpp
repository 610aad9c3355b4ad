#include "daemon/wiring/platform/program_folder.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <initializer_list>

namespace ukey::platform {
namespace {

/// The first of these variables that says anything.
std::string firstSet(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return value;
    }
    return {};
}

}  // namespace

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

std::string terminalType() { return firstSet({"TERM"}); }

std::string userLocale() { return firstSet({"LC_ALL", "LC_MESSAGES", "LANG"}); }

std::string desktopDisplay() { return firstSet({"WAYLAND_DISPLAY", "DISPLAY"}); }

int processNumber() { return ::getpid(); }

}  // namespace ukey::platform
