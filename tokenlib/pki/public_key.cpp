#include "tokenlib/pki/public_key.hpp"

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/der.hpp"
#include "tokenlib/pki/oids.hpp"
#include "tokenlib/pki/openssl_handles.hpp"

namespace ukey::pki {
namespace {

using token::KeyAlgorithm;
using token::PublicKey;

std::string_view curveOid(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::p256:
            return oids::kCurveP256;
        case KeyAlgorithm::p384:
            return oids::kCurveP384;
        default:
            return oids::kCurveSm2;
    }
}

/// RSA: the modulus has exactly its bits and is odd, the exponent is odd, above 2 and of at most 64 bits.
bool hasRsaForm(const PublicKey& key) {
    return key.modulus.size() == modulusLength(key.algorithm) && (key.modulus.front() & 0x80U) != 0 &&
           (key.modulus.back() & 1U) != 0 && !key.exponent.empty() && key.exponent.size() <= 8 &&
           key.exponent.front() != 0 && (key.exponent.back() & 1U) != 0 &&
           (key.exponent.size() > 1 || key.exponent.front() > 2);
}

bool hasForm(const PublicKey& key) {
    if (token::isRsa(key.algorithm)) return hasRsaForm(key);
    return key.point.size() == 1 + 2 * coordinateLength(key.algorithm) && key.point.front() == 4;
}

PublicKey readEcKey(der::Reader& parameters, ByteView bits) {
    const std::string curve = parameters.oid();
    parameters.end();
    PublicKey key;
    if (curve == oids::kCurveSm2) {
        key.algorithm = KeyAlgorithm::sm2;
    } else if (curve == oids::kCurveP256) {
        key.algorithm = KeyAlgorithm::p256;
    } else if (curve == oids::kCurveP384) {
        key.algorithm = KeyAlgorithm::p384;
    } else {
        throw Error(ErrorCode::unsupported, "public key: curve " + curve);
    }
    key.point.assign(bits.begin(), bits.end());
    return key;
}

PublicKey readRsaKey(der::Reader& parameters, ByteView bits) {
    if (!parameters.atEnd()) parameters.next(der::kNull);
    parameters.end();
    der::Reader outer(bits, "RSA public key");
    der::Reader numbers = outer.sequence();
    outer.end();
    const ByteView modulus = numbers.unsignedInteger();
    const ByteView exponent = numbers.unsignedInteger();
    numbers.end();
    PublicKey key;
    switch (modulus.size()) {
        case 256:
            key.algorithm = KeyAlgorithm::rsa2048;
            break;
        case 384:
            key.algorithm = KeyAlgorithm::rsa3072;
            break;
        case 512:
            key.algorithm = KeyAlgorithm::rsa4096;
            break;
        default:
            throw Error(ErrorCode::unsupported,
                        "public key: RSA modulus of " + std::to_string(modulus.size()) + " octets");
    }
    key.modulus.assign(modulus.begin(), modulus.end());
    key.exponent.assign(exponent.begin(), exponent.end());
    return key;
}

}  // namespace

std::size_t coordinateLength(KeyAlgorithm algorithm) noexcept {
    switch (algorithm) {
        case KeyAlgorithm::sm2:
        case KeyAlgorithm::p256:
            return 32;
        case KeyAlgorithm::p384:
            return 48;
        default:
            return 0;
    }
}

std::size_t modulusLength(KeyAlgorithm algorithm) noexcept {
    switch (algorithm) {
        case KeyAlgorithm::rsa2048:
            return 256;
        case KeyAlgorithm::rsa3072:
            return 384;
        case KeyAlgorithm::rsa4096:
            return 512;
        default:
            return 0;
    }
}

Bytes toSubjectPublicKeyInfo(const PublicKey& key) {
    if (!hasForm(key)) throw Error(ErrorCode::badRequest, "public key: numbers do not fit the algorithm");
    if (token::isRsa(key.algorithm)) {
        const Bytes numbers =
            der::sequence({der::integer(ByteView(key.modulus)), der::integer(ByteView(key.exponent))});
        return der::sequence(
            {der::algorithmIdentifier(oids::kRsaEncryption, der::null()), der::bitString(numbers)});
    }
    return der::sequence({der::algorithmIdentifier(oids::kEcPublicKey, der::oid(curveOid(key.algorithm))),
                          der::bitString(key.point)});
}

PublicKey fromSubjectPublicKeyInfo(ByteView spki) {
    der::Reader outer(spki, "SubjectPublicKeyInfo");
    der::Reader info = outer.sequence();
    outer.end();
    der::Reader algorithm = info.sequence();
    const ByteView bits = info.bitString();
    info.end();
    const std::string oid = algorithm.oid();
    PublicKey key;
    if (oid == oids::kEcPublicKey) {
        key = readEcKey(algorithm, bits);
    } else if (oid == oids::kRsaEncryption) {
        key = readRsaKey(algorithm, bits);
    } else {
        throw Error(ErrorCode::unsupported, "public key: algorithm " + oid);
    }
    if (!hasForm(key)) throw Error(ErrorCode::badRequest, "public key: malformed numbers");
    return key;
}

bool isValid(const PublicKey& key) { return hasForm(key) && toPkey(key) != nullptr; }

}  // namespace ukey::pki
