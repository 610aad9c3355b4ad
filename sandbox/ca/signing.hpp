// Signing certificates and revocation lists, and checking requests, with what OpenSSL 3.0 needs to be told
// about SM2.
#pragma once

#include <string_view>

#include "sandbox/ca/openssl.hpp"

namespace ukey::ca {

/// With SM3 under an SM2 key, with SHA-256 under any other.
void signCertificate(X509* certificate, EVP_PKEY* issuerKey);
void signCrl(X509_CRL* list, EVP_PKEY* issuerKey);

/// Over any octets, with SM3 and the default user identifier under an SM2 key, with SHA-256 under any other;
/// DER where it is SM2 or ECDSA.
Bytes signData(EVP_PKEY* key, std::string_view data);

/// Reads a PKCS#10 request in PEM and checks its self-signature (proof of possession). Throws `bad-request`.
RequestPtr readRequest(const std::string& pem);

}  // namespace ukey::ca
