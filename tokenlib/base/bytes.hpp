// Octet strings and their texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ukey {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The octets of a text, without a terminator.
inline ByteView asBytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline Bytes toBytes(ByteView view) { return {view.begin(), view.end()}; }
inline std::string_view asText(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// RFC 4648 section 5, without padding (bytes in the JSON of the protocol).
std::string toBase64Url(ByteView bytes);
/// Strict: no padding, no white space, no stray bits; nothing when the text is not such.
std::optional<Bytes> fromBase64Url(std::string_view text);

/// RFC 4648 section 4, with padding.
std::string toBase64(ByteView bytes);
/// Strict; nothing when the text is not such.
std::optional<Bytes> fromBase64(std::string_view text);

/// Lower-case hexadecimal.
std::string toHex(ByteView bytes);
/// Either case, an even number of digits; nothing otherwise.
std::optional<Bytes> fromHex(std::string_view text);

/// Takes time that depends on the lengths only.
bool equalInConstantTime(ByteView a, ByteView b) noexcept;

}  // namespace ukey
