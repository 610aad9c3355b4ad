// Signing certificates and revocation lists, and checking requests, with what OpenSSL 3.0 needs to be told
// about SM2.
#pragma once

#include "sandbox/ca/openssl.hpp"

namespace ukey::ca {

/// With SM3 under an SM2 key, with SHA-256 under any other.
void signCertificate(X509* certificate, EVP_PKEY* issuerKey);
void signCrl(X509_CRL* list, EVP_PKEY* issuerKey);

/// Reads a PKCS#10 request in PEM and checks its self-signature (proof of possession). Throws `bad-request`.
RequestPtr readRequest(const std::string& pem);

}  // namespace ukey::ca
