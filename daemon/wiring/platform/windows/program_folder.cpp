#include "daemon/wiring/platform/program_folder.hpp"

#include <windows.h>

#include <string>

#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::platform {

std::filesystem::path programFolder() {
    std::wstring name(32768, L'\0');
    name.resize(::GetModuleFileNameW(nullptr, name.data(), static_cast<DWORD>(name.size())));
    const std::filesystem::path program = name;
    return program.parent_path();
}

std::filesystem::path programNamed(std::string_view name) {
    return programFolder() / pathFrom(std::string(name) + ".exe");
}

std::string libraryNamed(std::string_view name) { return std::string(name) + ".dll"; }

// Dialogs are windows here.
std::string terminalDevice() { return {}; }
std::string terminalType() { return {}; }

std::string userLocale() {
    // That of windows and messages; the other one is that of dates and numbers.
    std::wstring name(LOCALE_NAME_MAX_LENGTH, L'\0');
    const int size = ::LCIDToLocaleName(MAKELCID(::GetUserDefaultUILanguage(), SORT_DEFAULT), name.data(),
                                        static_cast<int>(name.size()), 0);
    name.resize(size > 0 ? static_cast<std::size_t>(size) - 1 : 0);
    return toUtf8(name);
}

// It is the session's, and every program of the session has it.
std::string desktopDisplay() { return "session"; }

int processNumber() { return static_cast<int>(::GetCurrentProcessId()); }

}  // namespace ukey::platform
