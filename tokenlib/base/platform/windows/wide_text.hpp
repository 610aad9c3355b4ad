// Text on its way to and from Windows, which speaks UTF-16; ours is UTF-8.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ukey::platform {

/// Octets that are no UTF-8 become U+FFFD, as do surrogates that stand alone on the way back.
std::wstring toWide(std::string_view utf8);
std::string toUtf8(std::wstring_view wide);

/// A path from our text; std::filesystem::path(std::string) would take each octet for a character.
inline std::filesystem::path toPath(std::string_view utf8) { return std::filesystem::path(toWide(utf8)); }

/// What Windows says of an error number (GetLastError), with the number, e.g. "Access denied. (5)".
std::string describeError(std::uint32_t error);

}  // namespace ukey::platform
