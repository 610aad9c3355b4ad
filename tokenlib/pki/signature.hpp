// Signatures: the raw form of tokens and Web eID, the DER form of everything else, and checking them.
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// r || s, each of the curve's length, to SEQUENCE { r INTEGER, s INTEGER } (GM/T 0009 SM2Signature, RFC 3279
/// Ecdsa-Sig-Value). An RSA signature is returned as it is, if its length is the modulus's. Throws
/// bad-request.
Bytes signatureToDer(token::KeyAlgorithm algorithm, ByteView raw);

/// The way back. Strict: minimal, positive, not zero, nothing after it. Throws bad-request.
Bytes signatureFromDer(token::KeyAlgorithm algorithm, ByteView der);

/// Whether the raw signature (as token::Sign returns it) is one of this digest under this key. False also for
/// malformed keys and signatures; throws bad-request only for a digest whose length is not its algorithm's,
/// and for a digest that does not go with the key. For SM2 the digest is e = SM3(Z || M).
bool verify(const token::PublicKey& key, token::DigestAlgorithm algorithm, ByteView digest, ByteView raw);

/// The one check that every signature of a token passes before it leaves the bridge: that it is the key's,
/// over this digest. Throws driver-error otherwise.
void requireSignature(const token::PublicKey& key, token::DigestAlgorithm algorithm, ByteView digest,
                      ByteView raw);

}  // namespace ukey::pki
