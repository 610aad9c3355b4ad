#include "tokenlib/drivers/x509/public_keys.hpp"

#include <array>

#include "tokenlib/drivers/x509/der.hpp"

namespace ukey::x509 {
namespace {

using token::KeyAlgorithm;
using token::PublicKey;

// Contents of the object identifiers.
constexpr std::array<std::uint8_t, 9> kRsaEncryption{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
constexpr std::array<std::uint8_t, 7> kEcPublicKey{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
/// SM2 as an algorithm of its own (GM/T 0006), as some write it in place of id-ecPublicKey.
constexpr std::array<std::uint8_t, 8> kSm2Algorithm{0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d};

ByteView withoutLeadingZeros(ByteView number) {
    while (!number.empty() && number[0] == 0) number = number.subspan(1);
    return number;
}

bool isPoint(ByteView point, std::size_t coordinate) {
    return coordinate != 0 && point.size() == 1 + 2 * coordinate && point[0] == 0x04;
}

std::optional<PublicKey> rsaKeyOfBits(ByteView bits) {
    der::Reader outer(bits);
    const auto sequence = outer.next(der::kSequence);
    if (!sequence) return std::nullopt;
    der::Reader numbers(sequence->content);
    const auto modulus = numbers.next(der::kInteger);
    const auto exponent = numbers.next(der::kInteger);
    if (!modulus || !exponent) return std::nullopt;
    return rsaKey(modulus->content, exponent->content);
}

}  // namespace

std::optional<PublicKey> rsaKey(ByteView modulus, ByteView exponent) {
    modulus = withoutLeadingZeros(modulus);
    exponent = withoutLeadingZeros(exponent);
    if (modulus.empty() || (modulus[0] & 0x80U) == 0 || exponent.empty() || exponent.size() > 8)
        return std::nullopt;
    const auto algorithm = token::rsaOfLength(modulus.size());
    if (!algorithm) return std::nullopt;
    PublicKey key;
    key.algorithm = *algorithm;
    key.modulus.assign(modulus.begin(), modulus.end());
    key.exponent.assign(exponent.begin(), exponent.end());
    return key;
}

std::optional<PublicKey> ecKey(KeyAlgorithm curve, ByteView point) {
    const std::size_t coordinate = token::coordinateLength(curve);
    if (!isPoint(point, coordinate)) {
        der::Reader reader(point);
        const auto element = reader.next();
        if (!element || !reader.atEnd()) return std::nullopt;
        point = element->content;
        if (element->tag == der::kBitString)
            point = der::bitStringOctets(point).value_or(ByteView{});
        else if (element->tag != der::kOctetString)
            return std::nullopt;
        if (!isPoint(point, coordinate)) return std::nullopt;
    }
    PublicKey key;
    key.algorithm = curve;
    key.point.assign(point.begin(), point.end());
    return key;
}

std::optional<PublicKey> keyOfInfo(ByteView subjectPublicKeyInfo) {
    der::Reader outer(subjectPublicKeyInfo);
    const auto info = outer.next(der::kSequence);
    if (!info) return std::nullopt;
    der::Reader parts(info->content);
    const auto algorithm = parts.next(der::kSequence);
    const auto key = parts.next(der::kBitString);
    if (!algorithm || !key) return std::nullopt;
    const auto bits = der::bitStringOctets(key->content);
    der::Reader identifiers(algorithm->content);
    const auto identifier = identifiers.next(der::kObjectIdentifier);
    if (!bits || !identifier) return std::nullopt;
    if (der::isOid(identifier->content, kRsaEncryption)) return rsaKeyOfBits(*bits);
    if (der::isOid(identifier->content, kSm2Algorithm)) return ecKey(KeyAlgorithm::sm2, *bits);
    if (!der::isOid(identifier->content, kEcPublicKey)) return std::nullopt;
    const auto curve = identifiers.next();
    const auto known = curve ? curveOf(curve->whole) : std::nullopt;
    if (!known || !isPoint(*bits, token::coordinateLength(*known))) return std::nullopt;
    return ecKey(*known, *bits);
}

Bytes encodedPoint(const PublicKey& key) { return der::encode(der::kOctetString, key.point); }

}  // namespace ukey::x509
