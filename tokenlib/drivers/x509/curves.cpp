#include "tokenlib/drivers/x509/curves.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "tokenlib/drivers/x509/der.hpp"

namespace ukey::x509 {
namespace {

using token::KeyAlgorithm;

constexpr std::uint8_t kUtf8String = 0x0c;
constexpr std::uint8_t kPrintableString = 0x13;

// Contents of the object identifiers.
constexpr std::array<std::uint8_t, 8> kP256{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::array<std::uint8_t, 5> kP384{0x2b, 0x81, 0x04, 0x00, 0x22};
constexpr std::array<std::uint8_t, 8> kSm2{0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d};
constexpr std::array<std::uint8_t, 7> kPrimeField{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01};

/// SEC 2 2.4.2 and 2.5.1, GB/T 32918.5; in hexadecimal. y of the base point follows from x, but for its sign.
struct Numbers {
    KeyAlgorithm algorithm;
    std::string_view prime, a, b, x, y, order;
};
constexpr std::array kCurves{
    Numbers{KeyAlgorithm::p256, "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"},
    Numbers{KeyAlgorithm::p384,
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
            "ffffffff0000000000000000ffffffff",
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
            "ffffffff0000000000000000fffffffc",
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
            "c656398d8a2ed19d2a85c8edd3ec2aef",
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38"
            "5502f25dbf55296c3a545e3872760ab7",
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0"
            "0a60b1ce1d7e819d7a431d7c90ea0e5f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
            "581a0db248b0a77aecec196accc52973"},
    Numbers{KeyAlgorithm::sm2, "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
            "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc",
            "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
            "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
            "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
            "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"},
};

/// In small letters.
constexpr std::array<std::pair<std::string_view, KeyAlgorithm>, 7> kNames{{{"prime256v1", KeyAlgorithm::p256},
                                                                           {"secp256r1", KeyAlgorithm::p256},
                                                                           {"p-256", KeyAlgorithm::p256},
                                                                           {"secp384r1", KeyAlgorithm::p384},
                                                                           {"p-384", KeyAlgorithm::p384},
                                                                           {"sm2p256v1", KeyAlgorithm::sm2},
                                                                           {"sm2", KeyAlgorithm::sm2}}};

std::optional<KeyAlgorithm> curveOfIdentifier(ByteView identifier) {
    if (der::isOid(identifier, kP256)) return KeyAlgorithm::p256;
    if (der::isOid(identifier, kP384)) return KeyAlgorithm::p384;
    if (der::isOid(identifier, kSm2)) return KeyAlgorithm::sm2;
    return std::nullopt;
}

std::optional<KeyAlgorithm> curveOfName(std::string_view name) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    for (const auto& [known, algorithm] : kNames) {
        if (std::equal(name.begin(), name.end(), known.begin(), known.end(),
                       [&](char one, char other) { return lower(one) == other; })) {
            return algorithm;
        }
    }
    return std::nullopt;
}

bool isNumber(ByteView octets, std::string_view hex) {
    const Bytes number = fromHex(hex).value_or(Bytes{});
    while (octets.size() > number.size() && octets.front() == 0) octets = octets.subspan(1);
    return std::equal(octets.begin(), octets.end(), number.begin(), number.end());
}

bool isInteger(const std::optional<der::Element>& element, std::string_view hex) {
    return element && !element->content.empty() && (element->content.front() & 0x80U) == 0 &&
           isNumber(element->content, hex);
}

/// SEC 1 2.3.3: uncompressed, or compressed with the sign that the curve's point has.
bool isBase(ByteView point, const Numbers& curve) {
    const std::size_t coordinate = curve.x.size() / 2;
    if (point.size() < 1 + coordinate || !isNumber(point.subspan(1, coordinate), curve.x)) return false;
    const ByteView rest = point.subspan(1 + coordinate);
    if (point[0] == 0x04) return rest.size() == coordinate && isNumber(rest, curve.y);
    const char last = curve.y.back();
    const bool isOdd = ((last >= 'a' ? last - 'a' : last - '0') & 1) != 0;
    return rest.empty() && point[0] == (isOdd ? 0x03 : 0x02);
}

/// SpecifiedECDomain, SEC 1 C.2.
std::optional<KeyAlgorithm> curveOfNumbers(ByteView parameters) {
    der::Reader parts(parameters);
    const auto version = parts.next(der::kInteger);
    const auto field = parts.next(der::kSequence);
    const auto coefficients = parts.next(der::kSequence);
    const auto base = parts.next(der::kOctetString);
    const auto order = parts.next(der::kInteger);
    if (!version || !field || !coefficients || !base || !order) return std::nullopt;
    der::Reader fieldParts(field->content);
    const auto kind = fieldParts.next(der::kObjectIdentifier);
    const auto prime = fieldParts.next(der::kInteger);
    der::Reader coefficientParts(coefficients->content);
    const auto a = coefficientParts.next(der::kOctetString);
    const auto b = coefficientParts.next(der::kOctetString);
    if (!kind || !der::isOid(kind->content, kPrimeField) || !a || !b) return std::nullopt;
    const auto isThis = [&](const Numbers& curve) {
        return isInteger(prime, curve.prime) && isNumber(a->content, curve.a) &&
               isNumber(b->content, curve.b) && isBase(base->content, curve) && isInteger(order, curve.order);
    };
    const auto* found = std::find_if(kCurves.begin(), kCurves.end(), isThis);
    return found == kCurves.end() ? std::nullopt : std::optional(found->algorithm);
}

}  // namespace

Bytes curveParameters(KeyAlgorithm curve) {
    switch (curve) {
        case KeyAlgorithm::p256:
            return der::encode(der::kObjectIdentifier, kP256);
        case KeyAlgorithm::p384:
            return der::encode(der::kObjectIdentifier, kP384);
        case KeyAlgorithm::sm2:
            return der::encode(der::kObjectIdentifier, kSm2);
        default:
            return {};
    }
}

std::optional<KeyAlgorithm> curveOf(ByteView parameters) {
    der::Reader reader(parameters);
    const auto element = reader.next();
    if (!element) return std::nullopt;
    switch (element->tag) {
        case der::kObjectIdentifier:
            return curveOfIdentifier(element->content);
        case kUtf8String:
        case kPrintableString:
            return curveOfName(asText(element->content));
        case der::kSequence:
            return curveOfNumbers(element->content);
        default:
            return std::nullopt;
    }
}

}  // namespace ukey::x509
