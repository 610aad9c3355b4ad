// The curves of the protocol as CKA_EC_PARAMS and SubjectPublicKeyInfo name them.
#pragma once

#include <optional>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::x509 {

/// CKA_EC_PARAMS for a curve: its object identifier in DER.
Bytes curveParameters(token::KeyAlgorithm curve);

/// The curve of CKA_EC_PARAMS (ECParameters of X9.62): an object identifier, the curve's name as PKCS#11 3.0
/// 2.3.3 allows it, or all numbers written out, which must be those of the curve, the seed and the cofactor
/// left aside. Nothing when it is not one of P-256, P-384, SM2.
std::optional<token::KeyAlgorithm> curveOf(ByteView parameters);

}  // namespace ukey::x509
