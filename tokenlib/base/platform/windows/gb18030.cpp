#include <windows.h>

#include "tokenlib/base/platform/gb18030.hpp"

namespace ukey::platform {

std::optional<std::string> utf8FromGb18030(std::string_view octets) {
    constexpr UINT kGb18030 = 54936;
    const int length = static_cast<int>(octets.size());
    const int wideLength =
        MultiByteToWideChar(kGb18030, MB_ERR_INVALID_CHARS, octets.data(), length, nullptr, 0);
    if (wideLength <= 0) return std::nullopt;
    std::wstring wide(static_cast<std::size_t>(wideLength), L'\0');
    MultiByteToWideChar(kGb18030, MB_ERR_INVALID_CHARS, octets.data(), length, wide.data(), wideLength);
    const int utf8Length =
        WideCharToMultiByte(CP_UTF8, 0, wide.data(), wideLength, nullptr, 0, nullptr, nullptr);
    if (utf8Length <= 0) return std::nullopt;
    std::string utf8(static_cast<std::size_t>(utf8Length), '\0');
    WideCharToMultiByte(CP_UTF8, 0, wide.data(), wideLength, utf8.data(), utf8Length, nullptr, nullptr);
    return utf8;
}

}  // namespace ukey::platform
