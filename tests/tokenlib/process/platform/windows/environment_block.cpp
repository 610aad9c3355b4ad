#include "tests/tokenlib/process/platform/environment_block.hpp"

#include <windows.h>

#include <memory>

#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::test::platform {

std::vector<std::string> environmentBlock() {
    const std::unique_ptr<wchar_t, decltype(&::FreeEnvironmentStringsW)> block(::GetEnvironmentStringsW(),
                                                                               &::FreeEnvironmentStringsW);
    std::vector<std::string> all;
    for (const wchar_t* at = block.get(); at != nullptr && *at != L'\0';
         at += std::wstring_view(at).size() + 1)
        all.push_back(ukey::platform::toUtf8(at));
    return all;
}

}  // namespace ukey::test::platform
