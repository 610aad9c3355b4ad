// BER of indefinite length, as messages are written whose content is not known yet. Used inside message only.
#pragma once

#include <cstdint>

#include "tokenlib/base/bytes.hpp"

namespace ukey::cms {

/// At most so many octets are one piece.
inline constexpr std::size_t kPiece = 64UL * 1024UL;

inline const Bytes kEndOfContents{0, 0};

/// The beginning of an element that ends with kEndOfContents.
inline Bytes indefinite(std::uint8_t tag) { return {tag, 0x80}; }

/// Octet strings of at most 64 KiB, one behind the other; none for nothing.
Bytes octetStrings(ByteView octets);

}  // namespace ukey::cms
