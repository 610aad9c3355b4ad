// The parts of an X.509 certificate as they stand in its DER.
//
// OpenSSL refuses a certificate whole for details that decide nothing: octets in a name, a time without its
// Z. So certificates are read here, and what OpenSSL is asked about them later is asked of a copy in its best
// clothes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/der.hpp"

namespace ukey::pki {

struct ExtensionPart {
    std::string oid;  ///< Dotted.
    bool isCritical = false;
    ByteView value;  ///< Inside the OCTET STRING.
};

/// Views into the DER that was read; each is a complete element unless said otherwise.
struct CertificateParts {
    ByteView tbs;
    ByteView version;  ///< [0]; empty when absent.
    ByteView serial;
    ByteView innerAlgorithm;
    ByteView issuer;
    std::chrono::sys_seconds notBefore;
    std::chrono::sys_seconds notAfter;
    ByteView subject;
    ByteView subjectPublicKeyInfo;
    std::vector<ExtensionPart> extensions;
    ByteView algorithm;
    ByteView signature;  ///< Inside the BIT STRING.

    /// The first of that kind; null when there is none.
    const ExtensionPart* extension(std::string_view oid) const;
};

/// UTCTime or GeneralizedTime, also without Z or seconds, with a difference to UTC, or the long form under
/// the tag of the short one. Nothing for what is no time.
std::optional<std::chrono::sys_seconds> timeFrom(const der::Element& element);

/// Exactly one certificate. Throws bad-request.
CertificateParts readCertificateParts(ByteView der);

}  // namespace ukey::pki
