#include "tokenlib/base/platform/command_line.hpp"

#include <windows.h>

#include <shellapi.h>

#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::platform {

std::vector<std::string> commandLine(int, const char* const*) {
    int count = 0;
    const LocalMemory split(::CommandLineToArgvW(::GetCommandLineW(), &count));
    std::vector<std::string> arguments;
    for (int i = 1; split && i < count; ++i)
        arguments.push_back(toUtf8(static_cast<const wchar_t* const*>(split.get())[i]));
    return arguments;
}

void printUtf8() noexcept { (void)::SetConsoleOutputCP(CP_UTF8); }

}  // namespace ukey::platform
