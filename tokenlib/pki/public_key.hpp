// Public keys between plain numbers (what tokens speak) and SubjectPublicKeyInfo (what X.509 speaks).
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// DER SubjectPublicKeyInfo (RFC 5280, RFC 5480; SM2: GM/T 0009, id-ecPublicKey with the curve's OID). Throws
/// bad-request for numbers that do not fit the algorithm.
Bytes toSubjectPublicKeyInfo(const token::PublicKey& key);

/// The key, in whatever clothes it comes: points uncompressed, compressed or hybrid; the curve by name or
/// written out; SM2 also under the algorithm 1.2.156.10197.1.301 and its arcs. RSA of 2048, 3072 or 4096 bits
/// only. Throws `unsupported` for another algorithm or size, bad-request for what is malformed. That an
/// uncompressed point lies on its curve is checked where the key is used.
token::PublicKey fromSubjectPublicKeyInfo(ByteView der);

/// The key of a point of that curve: uncompressed, compressed, hybrid, or its two coordinates alone. Throws
/// bad-request for what is none of these.
token::PublicKey fromPoint(token::KeyAlgorithm algorithm, ByteView point);

/// Whether lengths and form of the numbers fit the algorithm, and the point lies on its curve.
bool isValid(const token::PublicKey& key);

using token::coordinateLength;
using token::modulusLength;

}  // namespace ukey::pki
