// Public keys in the forms in which modules and certificates hold them.
#pragma once

#include <optional>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pkcs11 {

/// CKA_EC_PARAMS for a curve: its object identifier in DER.
Bytes curveParameters(token::KeyAlgorithm curve);

/// The curve of CKA_EC_PARAMS; nothing when it is not one of P-256, P-384, SM2.
std::optional<token::KeyAlgorithm> curveOf(ByteView parameters);

/// Size of a coordinate in octets; 0 for RSA.
std::size_t coordinateSize(token::KeyAlgorithm algorithm) noexcept;
/// Size of a raw signature in octets.
std::size_t signatureSize(token::KeyAlgorithm algorithm) noexcept;

/// From CKA_MODULUS and CKA_PUBLIC_EXPONENT, leading zeros allowed; nothing for sizes other than 2048, 3072,
/// 4096 bits.
std::optional<token::PublicKey> rsaKey(ByteView modulus, ByteView exponent);

/// From CKA_EC_POINT: the DER OCTET STRING that the standard wants, or the BIT STRING or the bare point that
/// modules give instead. Nothing when it is no uncompressed point of the curve's size.
std::optional<token::PublicKey> ecKey(token::KeyAlgorithm curve, ByteView point);

/// From a SubjectPublicKeyInfo (RFC 5280 4.1).
std::optional<token::PublicKey> keyOfInfo(ByteView subjectPublicKeyInfo);

/// For CKA_EC_POINT.
Bytes encodedPoint(const token::PublicKey& key);

}  // namespace ukey::pkcs11
