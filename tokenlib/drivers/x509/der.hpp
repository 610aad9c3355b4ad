// The little DER (X.690) that a driver needs: the host has no ASN.1 library, and what a token stores is
// untrusted.
#pragma once

#include <cstdint>
#include <optional>

#include "tokenlib/base/bytes.hpp"

namespace ukey::x509::der {

inline constexpr std::uint8_t kBoolean = 0x01;
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kNull = 0x05;
inline constexpr std::uint8_t kObjectIdentifier = 0x06;
inline constexpr std::uint8_t kUtcTime = 0x17;
inline constexpr std::uint8_t kGeneralizedTime = 0x18;
inline constexpr std::uint8_t kSequence = 0x30;

struct Element {
    std::uint8_t tag = 0;
    ByteView content;
    ByteView whole;  ///< With tag and length.
};

/// Whether the content of an OBJECT IDENTIFIER is that of `oid`.
bool isOid(ByteView content, ByteView oid) noexcept;

/// Walks the elements of one level. Lengths are definite and lie inside; tags are of one octet.
class Reader {
  public:
    explicit Reader(ByteView rest) : rest_(rest) {}

    bool atEnd() const noexcept { return rest_.empty(); }
    /// The next element; nothing at the end and when it is ill-formed.
    std::optional<Element> next();
    /// The next element when it has this tag; else nothing, and it stays.
    std::optional<Element> next(std::uint8_t tag);

  private:
    ByteView rest_;
};

/// The magnitude of a non-negative INTEGER's content, without leading zeros.
std::optional<ByteView> magnitude(ByteView integerContent);
/// The octets of a BIT STRING's content that has no unused bits.
std::optional<ByteView> bitStringOctets(ByteView content);

Bytes encode(std::uint8_t tag, ByteView content);
/// INTEGER from an unsigned big-endian number.
Bytes encodeUnsigned(ByteView number);

}  // namespace ukey::x509::der
