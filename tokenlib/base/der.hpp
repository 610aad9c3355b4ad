// DER (X.690) read strictly and written minimally: enough for the structures of GM/T 0009, 0010, 0015, 0092
// and PKCS#10, which OpenSSL has no templates for, and for what drivers hand over.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::der {

inline constexpr std::uint8_t kBoolean = 0x01;
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kNull = 0x05;
inline constexpr std::uint8_t kOid = 0x06;
inline constexpr std::uint8_t kUtf8String = 0x0C;
inline constexpr std::uint8_t kNumericString = 0x12;
inline constexpr std::uint8_t kPrintableString = 0x13;
inline constexpr std::uint8_t kT61String = 0x14;
inline constexpr std::uint8_t kIa5String = 0x16;
inline constexpr std::uint8_t kUtcTime = 0x17;
inline constexpr std::uint8_t kGeneralizedTime = 0x18;
inline constexpr std::uint8_t kGraphicString = 0x19;
inline constexpr std::uint8_t kVisibleString = 0x1A;
inline constexpr std::uint8_t kGeneralString = 0x1B;
inline constexpr std::uint8_t kUniversalString = 0x1C;
inline constexpr std::uint8_t kBmpString = 0x1E;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kSet = 0x31;

/// Context-specific tags, [n] EXPLICIT or IMPLICIT of something constructed, and of something primitive.
constexpr std::uint8_t constructed(unsigned n) { return static_cast<std::uint8_t>(0xA0U + n); }
constexpr std::uint8_t primitive(unsigned n) { return static_cast<std::uint8_t>(0x80U + n); }

struct Element {
    std::uint8_t tag = 0;
    ByteView content;
    ByteView whole;  ///< Tag and length included.
};

/// Walks over the elements of one level. Views point into the input. Everything throws bad-request on input
/// that is no DER or not what was asked for. `what` names the structure in errors and must outlive the
/// reader.
class Reader {
  public:
    Reader(ByteView input, const char* what) : rest_(input), what_(what) {}

    bool atEnd() const noexcept { return rest_.empty(); }
    /// 0 at the end.
    std::uint8_t peek() const noexcept { return rest_.empty() ? std::uint8_t{0} : rest_.front(); }

    Element next();
    Element next(std::uint8_t tag);
    std::optional<Element> nextIf(std::uint8_t tag);

    Reader enter(std::uint8_t tag) { return {next(tag).content, what_}; }
    Reader sequence() { return enter(kSequence); }
    Reader set() { return enter(kSet); }

    std::string oid();
    /// Non-negative INTEGER as its magnitude, without leading zeros; empty for zero.
    ByteView unsignedInteger();
    /// INTEGER of fixed width, as some write it: with the top bit set and no octet before it, or with zeros
    /// in front. Its magnitude without leading zeros.
    ByteView fixedInteger();
    std::uint32_t smallInteger();
    ByteView octetString() { return next(kOctetString).content; }
    /// BIT STRING without unused bits.
    ByteView bitString();
    /// BIT STRING that may lack zero bits and octets at its end, as some encoders drop them: the octets that
    /// are there, the unused bits as zeros.
    Bytes shortenedBitString();

    /// Throws when something is left.
    void end() const;
    [[noreturn]] void fail(const std::string& why) const;
    const char* what() const noexcept { return what_; }

  private:
    ByteView rest_;
    const char* what_;
};

/// Dotted text of an OID's content octets; nothing when malformed.
std::optional<std::string> oidText(ByteView content);

/// Text of a string type, whatever its octets turn out to be (decodeText); BMP and Universal strings as they
/// should be, where they are. Nothing for another tag.
std::optional<std::string> stringText(const Element& element);

/// Brings BER (indefinite lengths, constructed strings, long forms) into the form that Reader takes; DER
/// comes back unchanged in value. At most 32 levels deep. Throws bad-request.
Bytes fromBer(ByteView input, const char* what);
/// The same for the first element of the input; what follows it is not looked at.
Bytes firstFromBer(ByteView input, const char* what);

/// Octets of the first element, tag and length included; nothing when the input does not begin with one that
/// fits. An element of indefinite length takes the whole input.
std::optional<std::size_t> lengthOfFirst(ByteView input);

Bytes tlv(std::uint8_t tag, ByteView content);
/// Tag and length alone, at the end of `out`: for a content that is made where it stands.
void appendHeader(Bytes& out, std::uint8_t tag, std::size_t contentLength);
Bytes join(std::initializer_list<ByteView> parts);
Bytes sequence(std::initializer_list<ByteView> parts);
/// SET OF: elements in the order that DER wants.
Bytes setOf(std::vector<Bytes> elements, std::uint8_t tag = kSet);
Bytes explicitTag(unsigned n, ByteView element);
/// From a big-endian magnitude, with or without leading zeros.
Bytes integer(ByteView magnitude);
Bytes integer(std::uint32_t value);
Bytes oid(std::string_view dotted);
Bytes octetString(ByteView content);
Bytes bitString(ByteView content);
Bytes null();
/// SEQUENCE { algorithm } or SEQUENCE { algorithm, parameters }.
Bytes algorithmIdentifier(std::string_view dotted, ByteView parameters = {});

}  // namespace ukey::der
