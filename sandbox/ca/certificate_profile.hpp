// What stands in a certificate: the profile of GM/T 0015 (RFC 5280 for RSA and ECDSA).
#pragma once

#include <chrono>
#include <string>

#include "sandbox/ca/openssl.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::ca {

using Time = std::chrono::system_clock::time_point;

/// Empty parts are left out.
struct Subject {
    std::string commonName;
    std::string organisation;
    std::string organisationalUnit;
    std::string locality;
    std::string province;
};

enum class Profile : std::uint8_t { root, issuing, sign, encrypt, registrationAuthority };

struct Contents {
    Profile profile = Profile::sign;
    Subject subject;
    EVP_PKEY* publicKey = nullptr;
    Time notBefore;
    Time notAfter;
    /// The unified social credit code of an organisation (extension 1.2.156.10260.4.1.4); may be empty.
    std::string organisationCode;
    /// Where the issuer's revocation list is to be had; may be empty.
    std::string crlUrl;
};

/// Builds and signs. `issuer` is null for a root. The serial number is 128 random bits.
CertificatePtr makeCertificate(const Contents& contents, X509* issuer, EVP_PKEY* issuerKey);

TimePtr toAsn1Time(Time time);

/// Lower-case hexadecimal.
std::string serialOf(const X509* certificate);
/// RFC 4514, UTF-8 not escaped.
std::string subjectTextOf(const X509* certificate);
std::string commonNameOf(const X509* certificate);

}  // namespace ukey::ca
