// Text on its way to and from Windows, which speaks UTF-16; ours is UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ukey::platform {

/// Octets that are no UTF-8 become U+FFFD, as do surrogates that stand alone on the way back.
std::wstring toWide(std::string_view utf8);
std::string toUtf8(std::wstring_view wide);

/// What Windows says of an error number (GetLastError), with the number, e.g. "Access denied. (5)".
std::string describeError(std::uint32_t error);

}  // namespace ukey::platform
