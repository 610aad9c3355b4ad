// Text that comes from outside and is shown to people or written into JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"

namespace ukey {

/// Whether the octets are well-formed UTF-8 (RFC 3629).
bool isUtf8(std::string_view text) noexcept;

/// The characters of a UTF-8 text; nothing when it is ill-formed.
std::optional<std::u32string> codePointsOf(std::string_view text);
/// UTF-8; what is no character (a surrogate, beyond U+10FFFF) becomes U+FFFD.
std::string utf8From(std::u32string_view codePoints);

/// UTF-8 of a text whose encoding nobody told, or told wrongly: UTF-8 where that is plausible, then GB18030
/// (with GBK and GB2312), then Latin-1. A character that was cut at the end is left out. For showing only:
/// what decides compares octets.
std::string decodeText(ByteView octets);

/// Text fit to be shown: ill-formed UTF-8 becomes U+FFFD, control characters, line breaks, zero-width and
/// bidirectional formatting characters are dropped, the rest is cut to at most `maxCharacters` code points,
/// with an ellipsis if cut (security.md 12).
std::string printable(std::string_view text, std::size_t maxCharacters);

/// A fixed-size field of a driver's structure: ends at the first NUL or at the size, blanks at both ends
/// dropped. The octets as they are, for what decides.
std::string fixedField(std::string_view field);
/// The same for people, in whatever encoding it was written: decodeText, then printable.
std::string shownField(std::string_view field, std::size_t maxCharacters);

}  // namespace ukey
