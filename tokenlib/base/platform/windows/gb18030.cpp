#include "tokenlib/base/platform/gb18030.hpp"

#include <windows.h>

#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::platform {
namespace {

std::optional<std::string> utf8From(UINT codePage, std::string_view octets) {
    const int length = static_cast<int>(octets.size());
    const int needed =
        ::MultiByteToWideChar(codePage, MB_ERR_INVALID_CHARS, octets.data(), length, nullptr, 0);
    if (needed <= 0) return std::nullopt;
    std::wstring wide(static_cast<std::size_t>(needed), L'\0');
    ::MultiByteToWideChar(codePage, MB_ERR_INVALID_CHARS, octets.data(), length, wide.data(), needed);
    return toUtf8(wide);
}

}  // namespace

std::optional<std::string> utf8FromGb18030(std::string_view octets) {
    constexpr UINT kGb18030 = 54936;
    constexpr UINT kGbk = 936;
    // A system may come without the newer table (wine does); nearly all text lies in the older one.
    return utf8From(::IsValidCodePage(kGb18030) != FALSE ? kGb18030 : kGbk, octets);
}

}  // namespace ukey::platform
