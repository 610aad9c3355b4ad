// Public keys between plain numbers (what tokens speak) and SubjectPublicKeyInfo (what X.509 speaks).
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// DER SubjectPublicKeyInfo (RFC 5280, RFC 5480; SM2: GM/T 0009, id-ecPublicKey with the curve's OID). Throws
/// bad-request for numbers that do not fit the algorithm.
Bytes toSubjectPublicKeyInfo(const token::PublicKey& key);

/// Strict DER; uncompressed points only; RSA of 2048, 3072 or 4096 bits only. Throws `unsupported` for
/// another algorithm or size, bad-request for what is malformed. That a point lies on its curve is checked
/// where the key is used.
token::PublicKey fromSubjectPublicKeyInfo(ByteView der);

/// Whether lengths and form of the numbers fit the algorithm, and the point lies on its curve.
bool isValid(const token::PublicKey& key);

/// Octets of one coordinate, of r and of s: 32 for SM2 and P-256, 48 for P-384. 0 for RSA.
std::size_t coordinateLength(token::KeyAlgorithm algorithm) noexcept;

/// Octets of an RSA modulus; 0 for the others.
std::size_t modulusLength(token::KeyAlgorithm algorithm) noexcept;

}  // namespace ukey::pki
