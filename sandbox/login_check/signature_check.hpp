// Signatures: of a login answer, of certificates and of revocation lists.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sandbox/login_check/openssl_ptr.hpp"

namespace ukey::login_check {

/// The default user identifier of SM2 signatures (GM/T 0009 clause 10); OpenSSL's own default is empty.
inline constexpr std::string_view kSm2UserId = "1234567812345678";

/// "sm2", "rsa2048", "rsa3072", "rsa4096", "p256", "p384" - the keys that may log in; nothing for any other.
std::optional<std::string> keyAlgorithmOf(const EVP_PKEY* key);

/// The name of the signature algorithm that goes with such a key in a login answer: "SM2SM3", "RS256",
/// "ES256", "ES384".
std::string_view loginAlgorithmOf(std::string_view keyAlgorithm);

/// Whether `signature` is the one that a token makes to log in at `origin` with `challenge`: over
/// "Ukey Bridge authentication v2" || 00 || hash(origin) || hash(challenge) with the hash of the algorithm,
/// the texts as UTF-8. SM2 and ECDSA signatures are r || s, RSA signatures PKCS#1 v1.5.
bool isLoginSignature(EVP_PKEY* key, std::string_view algorithm, std::string_view origin,
                      std::string_view challenge, std::span<const std::uint8_t> signature);

/// Lets OpenSSL check the signature on the certificate if an SM2 key made it.
void setDistinguishingId(X509* certificate);

/// Whether the issuer's key signed the revocation list. By hand, as OpenSSL 3.0 cannot be told the SM2 user
/// identifier for a revocation list.
bool isSignedBy(const X509_CRL* list, EVP_PKEY* issuer);

}  // namespace ukey::login_check
