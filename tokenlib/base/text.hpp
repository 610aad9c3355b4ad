// Text that comes from outside and is shown to people or written into JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ukey {

/// Whether the octets are well-formed UTF-8 (RFC 3629).
bool isUtf8(std::string_view text) noexcept;

/// Text fit to be shown: ill-formed UTF-8 becomes U+FFFD, control characters, line breaks, zero-width and
/// bidirectional formatting characters are dropped, the rest is cut to at most `maxCharacters` code points,
/// with an ellipsis if cut (security.md 12).
std::string printable(std::string_view text, std::size_t maxCharacters);

/// A fixed-size field of a driver's structure: ends at the first NUL or at the size, blanks at both ends
/// dropped.
std::string fixedField(std::string_view field);

}  // namespace ukey
