#include "tokenlib/base/platform/windows/wide_text.hpp"

#include <windows.h>

#include <array>
#include <limits>

namespace ukey::platform {
namespace {

int lengthOf(std::size_t size) {
    constexpr auto kLongest = static_cast<std::size_t>(std::numeric_limits<int>::max());
    return static_cast<int>(size < kLongest ? size : kLongest);
}

}  // namespace

std::wstring toWide(std::string_view utf8) {
    if (utf8.empty()) return {};
    const int length = lengthOf(utf8.size());
    const int needed = ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), length, nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(needed), L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), length, wide.data(), needed);
    return wide;
}

std::string toUtf8(std::wstring_view wide) {
    if (wide.empty()) return {};
    const int length = lengthOf(wide.size());
    const int needed = ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, nullptr, 0, nullptr, nullptr);
    std::string utf8(static_cast<std::size_t>(needed), '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, utf8.data(), needed, nullptr, nullptr);
    return utf8;
}

std::string describeError(std::uint32_t error) {
    std::array<wchar_t, 512> text{};
    DWORD length = ::FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr,
                                    error, 0, text.data(), static_cast<DWORD>(text.size()), nullptr);
    while (length > 0 && (text[length - 1] == L'\n' || text[length - 1] == L'\r' || text[length - 1] == L' '))
        --length;
    const std::string number = "(" + std::to_string(error) + ")";
    if (length == 0) return "Windows error " + number;
    return toUtf8(std::wstring_view(text.data(), length)) + " " + number;
}

}  // namespace ukey::platform
