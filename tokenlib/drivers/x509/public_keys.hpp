// Public keys in the forms in which modules and certificates hold them.
#pragma once

#include <optional>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/drivers/x509/curves.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::x509 {

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

}  // namespace ukey::x509
