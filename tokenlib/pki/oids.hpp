// Object identifiers by their dotted text. Used inside pki only.
#pragma once

#include <string_view>

namespace ukey::pki::oids {

// Keys and curves.
inline constexpr std::string_view kRsaEncryption = "1.2.840.113549.1.1.1";
inline constexpr std::string_view kEcPublicKey = "1.2.840.10045.2.1";
inline constexpr std::string_view kCurveSm2 = "1.2.156.10197.1.301";
inline constexpr std::string_view kCurveP256 = "1.2.840.10045.3.1.7";
inline constexpr std::string_view kCurveP384 = "1.3.132.0.34";

// Signatures.
inline constexpr std::string_view kSm2WithSm3 = "1.2.156.10197.1.501";
inline constexpr std::string_view kSha256WithRsa = "1.2.840.113549.1.1.11";
inline constexpr std::string_view kSha384WithRsa = "1.2.840.113549.1.1.12";
inline constexpr std::string_view kSha512WithRsa = "1.2.840.113549.1.1.13";
inline constexpr std::string_view kEcdsaWithSha256 = "1.2.840.10045.4.3.2";
inline constexpr std::string_view kEcdsaWithSha384 = "1.2.840.10045.4.3.3";
inline constexpr std::string_view kEcdsaWithSha512 = "1.2.840.10045.4.3.4";

// SM2 as such (GM/T 0006): signature, encryption.
inline constexpr std::string_view kSm2Sign = "1.2.156.10197.1.301.1";
inline constexpr std::string_view kSm2Encrypt = "1.2.156.10197.1.301.3";

// Digests.
inline constexpr std::string_view kSm3 = "1.2.156.10197.1.401";
inline constexpr std::string_view kSha256 = "2.16.840.1.101.3.4.2.1";
inline constexpr std::string_view kSha384 = "2.16.840.1.101.3.4.2.2";
inline constexpr std::string_view kSha512 = "2.16.840.1.101.3.4.2.3";

// Ciphers.
inline constexpr std::string_view kSm1 = "1.2.156.10197.1.102";
inline constexpr std::string_view kSsf33 = "1.2.156.10197.1.103";
inline constexpr std::string_view kSm4 = "1.2.156.10197.1.104";
inline constexpr std::string_view kSm4Ecb = "1.2.156.10197.1.104.1";
inline constexpr std::string_view kSm4Cbc = "1.2.156.10197.1.104.2";

// Messages: GM/T 0010 and PKCS#7.
inline constexpr std::string_view kGmMessages = "1.2.156.10197.6.1.4.2.";
inline constexpr std::string_view kPkcs7Messages = "1.2.840.113549.1.7.";

// Extensions.
inline constexpr std::string_view kSubjectKeyIdentifier = "2.5.29.14";
inline constexpr std::string_view kKeyUsage = "2.5.29.15";
inline constexpr std::string_view kBasicConstraints = "2.5.29.19";
inline constexpr std::string_view kAuthorityKeyIdentifier = "2.5.29.35";
inline constexpr std::string_view kExtendedKeyUsage = "2.5.29.37";
inline constexpr std::string_view kClientAuthentication = "1.3.6.1.5.5.7.3.2";
inline constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";
inline constexpr std::string_view kExtensionRequest = "1.2.840.113549.1.9.14";

// CFCA's attributes in a request.
inline constexpr std::string_view kChallengePassword = "1.2.840.113549.1.9.7";
inline constexpr std::string_view kCfcaTemporaryKey = "1.2.840.113549.1.9.63";

}  // namespace ukey::pki::oids
