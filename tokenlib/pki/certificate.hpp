// X.509 certificates as the bridge looks at them: what is shown, what is compared, what is checked.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// Bits of the key usage extension (RFC 5280 4.2.1.3), to be or-ed.
enum KeyUsageBit : std::uint16_t {
    kDigitalSignature = 1U << 0U,
    kNonRepudiation = 1U << 1U,
    kKeyEncipherment = 1U << 2U,
    kDataEncipherment = 1U << 3U,
    kKeyAgreement = 1U << 4U,
    kKeyCertSign = 1U << 5U,
    kCrlSign = 1U << 6U,
};

/// An extension by which CAs in China name the holder (GM/T 0015, the older RSA profile, a few CA-private
/// ones).
struct IdentityExtension {
    std::string oid;    ///< Dotted.
    std::string name;   ///< Stable key, e.g. "organisationCode"; the OID itself when there is none.
    std::string value;  ///< UTF-8, already fit to be shown.
    bool operator==(const IdentityExtension&) const = default;
};

/// A parsed certificate; a value, cheap enough to copy. The texts come from the certificate and are
/// untrusted: `subjectText` and identity values went through ukey::printable(), the rest is escaped by its
/// form.
class Certificate {
  public:
    /// Longer input is refused before it is looked at.
    static constexpr std::size_t kMaxSize = 64UL * 1024UL;

    /// Exactly one certificate, nothing after it. Throws bad-request, too-large.
    static Certificate fromDer(ByteView der);
    /// Exactly one PEM block, text around it is ignored. Throws bad-request, too-large.
    static Certificate fromPem(std::string_view pem);

    /// RFC 4514, e.g. "CN=…,O=…,C=CN" (most specific first).
    const std::string& subject() const noexcept { return subject_; }
    const std::string& issuer() const noexcept { return issuer_; }
    /// What people call the holder: common name, then organisation where it is another.
    const std::string& subjectText() const noexcept { return subjectText_; }
    /// DER of the names, for comparing.
    const Bytes& subjectDer() const noexcept { return subjectDer_; }
    const Bytes& issuerDer() const noexcept { return issuerDer_; }
    /// Lower-case hexadecimal, an even number of digits, no leading zero octet.
    const std::string& serialNumber() const noexcept { return serialNumber_; }
    /// DER INTEGER of the serial number, tag and length included (for issuerAndSerialNumber).
    const Bytes& serialNumberDer() const noexcept { return serialNumberDer_; }

    std::chrono::sys_seconds notBeforeTime() const noexcept { return notBefore_; }
    std::chrono::sys_seconds notAfterTime() const noexcept { return notAfter_; }
    /// RFC 3339 in UTC, e.g. "2026-01-31T16:00:00Z".
    std::string notBefore() const;
    std::string notAfter() const;
    bool isValidAt(std::chrono::sys_seconds time) const noexcept {
        return notBefore_ <= time && time <= notAfter_;
    }

    /// Nothing for a key that the bridge does not work with (RSA below 2048 bits, other curves, …).
    std::optional<token::KeyAlgorithm> keyAlgorithm() const noexcept;
    const std::optional<token::PublicKey>& publicKey() const noexcept { return publicKey_; }
    /// DER SubjectPublicKeyInfo as it stands in the certificate.
    const Bytes& subjectPublicKeyInfo() const noexcept { return subjectPublicKeyInfo_; }

    /// KeyUsageBit; nothing when the extension is absent.
    std::optional<std::uint16_t> keyUsage() const noexcept { return keyUsage_; }
    /// Whether the key usage allows it; a certificate without the extension allows both.
    bool allows(token::KeyUsage usage) const noexcept;
    /// What the certificate is for: `sign` where it may sign (also when it may do both), else `encrypt`;
    /// nothing for one that may neither (a CA's).
    std::optional<token::KeyUsage> usage() const noexcept;
    bool isCa() const noexcept { return isCa_; }
    /// Whether its extended key usage (RFC 5280 4.2.1.12) names this purpose, a dotted OID.
    bool hasPurpose(std::string_view oid) const noexcept;
    /// Whether it is for time stamps and nothing else, as RFC 3161 2.3 wants it of an authority: the only
    /// purpose of an extension that is critical.
    bool isForTimeStampsAlone() const noexcept;

    /// SHA-256 of the DER, lower-case hexadecimal.
    const std::string& thumbprint() const noexcept { return thumbprint_; }
    /// Subject key identifier extension; empty when absent.
    const Bytes& subjectKeyIdentifier() const noexcept { return subjectKeyIdentifier_; }

    const std::vector<IdentityExtension>& identities() const noexcept { return identities_; }

    const Bytes& der() const noexcept { return der_; }
    std::string pem() const;

    bool operator==(const Certificate& other) const noexcept { return der_ == other.der_; }

  private:
    Certificate() = default;

    Bytes der_;
    std::string subject_;
    std::string issuer_;
    std::string subjectText_;
    Bytes subjectDer_;
    Bytes issuerDer_;
    std::string serialNumber_;
    Bytes serialNumberDer_;
    std::chrono::sys_seconds notBefore_;
    std::chrono::sys_seconds notAfter_;
    std::optional<token::PublicKey> publicKey_;
    Bytes subjectPublicKeyInfo_;
    std::optional<std::uint16_t> keyUsage_;
    bool isCa_ = false;
    std::vector<std::string> purposes_;
    bool arePurposesCritical_ = false;
    std::string thumbprint_;
    Bytes subjectKeyIdentifier_;
    std::vector<IdentityExtension> identities_;
};

/// As Certificate::serialNumber() is written, of a DER INTEGER. Throws bad-request.
std::string serialText(ByteView serialDer);

/// RFC 3339 in UTC, to the second.
std::string toRfc3339(std::chrono::sys_seconds time);

}  // namespace ukey::pki
