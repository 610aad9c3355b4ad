// The old key's word that its holder asks for the new certificate.
#pragma once

#include "sandbox/ca/openssl.hpp"

namespace ukey::ra {

/// Whether `signature` is the key's over "Ukey Bridge renewal v2" || 00 || DER of the request: with SM3 and
/// the default user identifier for SM2, with SHA-256 otherwise; SM2 and ECDSA as DER, RSA PKCS#1 v1.5.
bool isProof(EVP_PKEY* oldKey, X509_REQ* request, ByteView signature);

}  // namespace ukey::ra
