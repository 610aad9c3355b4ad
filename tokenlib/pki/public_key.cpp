#include "tokenlib/pki/public_key.hpp"

#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <array>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
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

int groupNumber(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::p256:
            return NID_X9_62_prime256v1;
        case KeyAlgorithm::p384:
            return NID_secp384r1;
        default:
            return NID_sm2;
    }
}

/// The point of octets in a form that OpenSSL knows, uncompressed; empty when it is on no such curve.
Bytes uncompressed(KeyAlgorithm algorithm, ByteView octets) {
    useOpenSsl();
    const GroupHandle group(EC_GROUP_new_by_curve_name(groupNumber(algorithm)));
    const PointHandle point(group ? EC_POINT_new(group.get()) : nullptr);
    Bytes out(1 + 2 * coordinateLength(algorithm));
    const bool isPoint =
        point && EC_POINT_oct2point(group.get(), point.get(), octets.data(), octets.size(), nullptr) == 1 &&
        EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(),
                           nullptr) == out.size();
    ERR_clear_error();
    return isPoint ? out : Bytes{};
}

bool hasForm(const PublicKey& key) {
    if (token::isRsa(key.algorithm)) return hasRsaForm(key);
    return key.point.size() == 1 + 2 * coordinateLength(key.algorithm) && key.point.front() == 4;
}

constexpr std::array kCurves{KeyAlgorithm::sm2, KeyAlgorithm::p256, KeyAlgorithm::p384};

KeyAlgorithm curveNamed(std::string_view oid) {
    const auto* found = std::find_if(kCurves.begin(), kCurves.end(),
                                     [&](KeyAlgorithm curve) { return curveOid(curve) == oid; });
    if (found == kCurves.end()) throw Error(ErrorCode::unsupported, "public key: curve " + std::string(oid));
    return *found;
}

/// A curve whose numbers are written out is one of ours only if all of them are.
KeyAlgorithm curveWrittenOut(ByteView parameters) {
    useOpenSsl();
    const unsigned char* at = parameters.data();
    const GroupHandle group(d2i_ECPKParameters(nullptr, &at, static_cast<long>(parameters.size())));
    const auto* found =
        !group ? kCurves.end() : std::find_if(kCurves.begin(), kCurves.end(), [&](KeyAlgorithm curve) {
            const GroupHandle known(EC_GROUP_new_by_curve_name(groupNumber(curve)));
            return known && EC_GROUP_cmp(group.get(), known.get(), nullptr) == 0;
        });
    ERR_clear_error();
    if (found == kCurves.end()) throw Error(ErrorCode::unsupported, "public key: a curve written out");
    return *found;
}

KeyAlgorithm readCurve(der::Reader& parameters) {
    const der::Element curve = parameters.next();
    parameters.end();
    if (curve.tag == der::kSequence) return curveWrittenOut(curve.whole);
    const auto oid = curve.tag == der::kOid ? der::oidText(curve.content) : std::nullopt;
    if (!oid) throw Error(ErrorCode::unsupported, "public key: no curve");
    return curveNamed(*oid);
}

/// SM2 named as an algorithm of its own; the curve may stand beside it, or NULL, or nothing.
bool isSm2Algorithm(std::string_view oid) {
    return oid == oids::kCurveSm2 || oid == oids::kSm2Sign || oid == oids::kSm2Encrypt;
}

PublicKey readSm2Key(der::Reader& parameters, ByteView bits) {
    if (!parameters.atEnd() && parameters.peek() != der::kNull &&
        readCurve(parameters) != KeyAlgorithm::sm2) {
        throw Error(ErrorCode::unsupported, "public key: SM2 on another curve");
    }
    return fromPoint(KeyAlgorithm::sm2, bits);
}

PublicKey readRsaKey(der::Reader& parameters, ByteView bits) {
    if (!parameters.atEnd()) parameters.next(der::kNull);
    parameters.end();
    der::Reader outer(bits, "RSA public key");
    der::Reader numbers = outer.sequence();
    outer.end();
    const ByteView modulus = numbers.fixedInteger();
    const ByteView exponent = numbers.fixedInteger();
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
        key = fromPoint(readCurve(algorithm), bits);
    } else if (isSm2Algorithm(oid)) {
        key = readSm2Key(algorithm, bits);
    } else if (oid == oids::kRsaEncryption) {
        key = readRsaKey(algorithm, bits);
    } else {
        throw Error(ErrorCode::unsupported, "public key: algorithm " + oid);
    }
    if (!hasForm(key)) throw Error(ErrorCode::badRequest, "public key: malformed numbers");
    return key;
}

PublicKey fromPoint(KeyAlgorithm algorithm, ByteView point) {
    const std::size_t length = coordinateLength(algorithm);
    PublicKey key;
    key.algorithm = algorithm;
    if (point.size() == 1 + 2 * length && point.front() == 4) {
        key.point = toBytes(point);
    } else if (point.size() == 2 * length) {
        key.point = der::join({Bytes{4}, point});
    } else if (point.size() == 1 + length || point.size() == 1 + 2 * length) {
        key.point = uncompressed(algorithm, point);
    }
    if (key.point.empty()) throw Error(ErrorCode::badRequest, "public key: malformed point");
    return key;
}

bool isValid(const PublicKey& key) { return hasForm(key) && toPkey(key) != nullptr; }

}  // namespace ukey::pki
