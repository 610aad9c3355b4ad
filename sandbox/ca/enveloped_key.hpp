// Encryption pairs on their way to a token: the key centre's side of GM/T 0009 and GM/T 0016.
#pragma once

#include "sandbox/ca/openssl.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::ca {

/// The private key of an SM2 pair under a new SM4 key, and that under the signing key of the token.
token::EnvelopedSm2Key envelopeSm2(EVP_PKEY* pair, EVP_PKEY* signingKey);

/// The same for RSA, as SKF_ImportRSAKeyPair takes it: RSAPrivateKey under SM4-ECB with PKCS#7 padding, the
/// SM4 key under the signing key with PKCS#1 v1.5.
token::WrappedKeyPair envelopeRsa(EVP_PKEY* pair, EVP_PKEY* signingKey);

/// DER SM2EnvelopedKey (GM/T 0009 clause 7.4).
Bytes toSm2EnvelopedKey(const token::EnvelopedSm2Key& key);

}  // namespace ukey::ca
