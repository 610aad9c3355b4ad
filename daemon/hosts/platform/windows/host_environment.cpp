#include "daemon/hosts/platform/host_environment.hpp"

#include <windows.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::hosts {
namespace {

// Where the system, its libraries and the user's files are, and how he speaks. DISPLAY: where Windows'
// programs run on Linux their dialogs are drawn there.
constexpr auto kPassed = std::to_array<std::wstring_view>({L"SystemRoot",
                                                           L"SystemDrive",
                                                           L"windir",
                                                           L"TEMP",
                                                           L"TMP",
                                                           L"USERPROFILE",
                                                           L"USERNAME",
                                                           L"USERDOMAIN",
                                                           L"COMPUTERNAME",
                                                           L"APPDATA",
                                                           L"LOCALAPPDATA",
                                                           L"ProgramData",
                                                           L"ALLUSERSPROFILE",
                                                           L"PUBLIC",
                                                           L"ProgramFiles",
                                                           L"ProgramFiles(x86)",
                                                           L"ProgramW6432",
                                                           L"CommonProgramFiles",
                                                           L"CommonProgramFiles(x86)",
                                                           L"CommonProgramW6432",
                                                           L"HOMEDRIVE",
                                                           L"HOMEPATH",
                                                           L"SESSIONNAME",
                                                           L"NUMBER_OF_PROCESSORS",
                                                           L"PROCESSOR_ARCHITECTURE",
                                                           L"PROCESSOR_IDENTIFIER",
                                                           L"OS",
                                                           L"LANG",
                                                           L"DISPLAY"});

bool isSame(std::wstring_view a, std::wstring_view b) {
    return ::CompareStringOrdinal(a.data(), static_cast<int>(a.size()), b.data(), static_cast<int>(b.size()),
                                  TRUE) == CSTR_EQUAL;
}

bool isPassed(std::wstring_view name) {
    return name.starts_with(L"UKEY_") || name.starts_with(L"WINE") ||
           std::any_of(kPassed.begin(), kPassed.end(),
                       [&](std::wstring_view each) { return isSame(each, name); });
}

}  // namespace

std::vector<std::string> hostEnvironment() {
    std::wstring system(MAX_PATH, L'\0');
    system.resize(::GetSystemDirectoryW(system.data(), MAX_PATH));
    std::vector<std::string> passed{"PATH=" + platform::toUtf8(system)};
    const std::unique_ptr<wchar_t, decltype(&::FreeEnvironmentStringsW)> block(::GetEnvironmentStringsW(),
                                                                               &::FreeEnvironmentStringsW);
    for (const wchar_t* at = block.get(); at != nullptr && *at != L'\0';) {
        const std::wstring_view entry(at);
        if (isPassed(entry.substr(0, entry.find(L'=', 1)))) passed.push_back(platform::toUtf8(entry));
        at += entry.size() + 1;
    }
    return passed;
}

}  // namespace ukey::hosts
