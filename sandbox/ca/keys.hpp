// Key pairs of the CA and of those whom it certifies.
#pragma once

#include <string>

#include "sandbox/ca/openssl.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::ca {

KeyPtr generateKey(token::KeyAlgorithm algorithm);

/// Throws `unsupported` for keys that the protocol has no name for.
token::KeyAlgorithm algorithmOf(const EVP_PKEY* key);

token::PublicKey toPublicKey(const EVP_PKEY* key);
/// Throws `bad-request` when the numbers are no key of the algorithm.
KeyPtr fromPublicKey(const token::PublicKey& key);

/// SHA-256 of the SubjectPublicKeyInfo, hexadecimal.
std::string keyDigestOf(EVP_PKEY* key);

/// PKCS#8, unencrypted.
std::string privateKeyToPem(EVP_PKEY* key);
KeyPtr privateKeyFromPem(const std::string& pem);

std::string toPem(X509* certificate);
CertificatePtr certificateFromPem(const std::string& pem);
CertificatePtr certificateFromDer(ByteView der);

Bytes randomBytes(std::size_t length);

}  // namespace ukey::ca
