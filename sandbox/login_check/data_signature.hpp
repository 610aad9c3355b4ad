// Signatures over a document that the user saw, as `sign.data` with the format `raw` makes them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sandbox/login_check/openssl_ptr.hpp"

namespace ukey::login_check {

/// Whether `signature` is the key's over the octets of `document`: with SM3 and the default user identifier
/// for SM2, with SHA-384 for P-384, with SHA-256 otherwise; SM2 and ECDSA as DER, RSA PKCS#1 v1.5.
bool isDataSignature(EVP_PKEY* key, std::string_view document, std::span<const std::uint8_t> signature);

}  // namespace ukey::login_check
