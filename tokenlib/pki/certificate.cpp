#include "tokenlib/pki/certificate.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate_bag.hpp"
#include "tokenlib/pki/certificate_parts.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/identity.hpp"
#include "tokenlib/pki/name_text.hpp"
#include "tokenlib/pki/oids.hpp"
#include "tokenlib/pki/pem.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

using token::KeyUsage;

constexpr std::uint16_t kSigns = kDigitalSignature | kNonRepudiation;
constexpr std::uint16_t kEncrypts = kKeyEncipherment | kDataEncipherment | kKeyAgreement;
constexpr std::size_t kMaxSerial = 256;

[[noreturn]] void fail(const std::string& why) { throw Error(ErrorCode::badRequest, "certificate: " + why); }

std::uint16_t usageBits(ByteView value) {
    der::Reader outer(value, "key usage");
    const Bytes octets = outer.shortenedBitString();
    outer.end();
    std::uint16_t usage = 0;
    for (unsigned bit = 0; bit < 9 && bit / 8 < octets.size(); ++bit) {
        if ((octets[bit / 8] & (0x80U >> (bit % 8))) != 0)
            usage = static_cast<std::uint16_t>(usage | (1U << bit));
    }
    return usage;
}

/// What is allowed is what every such extension allows: one should be there at most, some CAs write two.
std::optional<std::uint16_t> keyUsageOf(const CertificateParts& parts) {
    std::optional<std::uint16_t> usage;
    for (const ExtensionPart& extension : parts.extensions) {
        if (extension.oid != oids::kKeyUsage) continue;
        usage = static_cast<std::uint16_t>(usage.value_or(0xFFFF) & usageBits(extension.value));
    }
    return usage;
}

bool isCaOf(const CertificateParts& parts) {
    const ExtensionPart* extension = parts.extension(oids::kBasicConstraints);
    if (extension == nullptr) return false;
    der::Reader outer(extension->value, "basic constraints");
    der::Reader constraints = outer.sequence();
    const auto isCa = constraints.nextIf(der::kBoolean);
    return isCa && !isCa->content.empty() && isCa->content[0] != 0;
}

/// The purposes of the one extension that tells them; of several, or of a malformed one, none counts.
std::vector<std::string> purposesOf(const CertificateParts& parts) {
    std::vector<std::string> purposes;
    std::size_t count = 0;
    for (const ExtensionPart& extension : parts.extensions) {
        if (extension.oid != oids::kExtendedKeyUsage) continue;
        if (++count > 1) return {};
        try {
            der::Reader outer(extension.value, "extended key usage");
            der::Reader list = outer.sequence();
            while (!list.atEnd()) purposes.push_back(list.oid());
        } catch (const Error&) {
            return {};
        }
    }
    return purposes;
}

Bytes keyIdentifierOf(const CertificateParts& parts) {
    const ExtensionPart* extension = parts.extension(oids::kSubjectKeyIdentifier);
    if (extension == nullptr) return {};
    der::Reader reader(extension->value, "subject key identifier");
    return toBytes(reader.octetString());
}

std::vector<IdentityExtension> identitiesOf(const CertificateParts& parts) {
    std::vector<IdentityExtension> identities;
    for (const ExtensionPart& extension : parts.extensions) {
        if (auto identity = readIdentity(extension.oid, extension.value)) {
            identities.push_back(*std::move(identity));
        }
    }
    return identities;
}

/// Nothing for a key of a kind that the bridge does not work with.
std::optional<token::PublicKey> publicKeyOf(ByteView spki) {
    try {
        return fromSubjectPublicKeyInfo(spki);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::unsupported) return std::nullopt;
        throw;
    }
}

}  // namespace

/// The magnitude of the octets: who writes a serial number with its top bit set does not mean a negative one.
std::string serialText(ByteView serialDer) {
    der::Reader reader(serialDer, "certificate");
    const ByteView magnitude = reader.fixedInteger();
    if (magnitude.size() > kMaxSerial) fail("malformed serial number");
    return magnitude.empty() ? "00" : toHex(magnitude);
}

std::string toRfc3339(std::chrono::sys_seconds time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

Certificate Certificate::fromDer(ByteView der) {
    if (der.size() > kMaxSize) throw Error(ErrorCode::tooLarge, "certificate: more than 64 KiB");
    const CertificateParts parts = readCertificateParts(der);
    Certificate out;
    out.der_ = toBytes(der);
    out.subject_ = nameText(parts.subject);
    out.issuer_ = nameText(parts.issuer);
    out.subjectText_ = holderText(parts.subject);
    out.subjectDer_ = toBytes(parts.subject);
    out.issuerDer_ = toBytes(parts.issuer);
    out.serialNumber_ = serialText(parts.serial);
    out.serialNumberDer_ = toBytes(parts.serial);
    out.notBefore_ = parts.notBefore;
    out.notAfter_ = parts.notAfter;
    out.subjectPublicKeyInfo_ = toBytes(parts.subjectPublicKeyInfo);
    out.publicKey_ = publicKeyOf(out.subjectPublicKeyInfo_);
    out.keyUsage_ = keyUsageOf(parts);
    out.isCa_ = isCaOf(parts);
    out.purposes_ = purposesOf(parts);
    const ExtensionPart* purposes = parts.extension(oids::kExtendedKeyUsage);
    out.arePurposesCritical_ = purposes != nullptr && purposes->isCritical;
    out.thumbprint_ = toHex(digest(token::DigestAlgorithm::sha256, der));
    out.subjectKeyIdentifier_ = keyIdentifierOf(parts);
    out.identities_ = identitiesOf(parts);
    return out;
}

Certificate Certificate::fromPem(std::string_view pem) {
    const std::vector<Certificate> certificates = parseCertificates(pem);
    if (certificates.size() != 1) fail("not exactly one");
    return certificates.front();
}

std::string Certificate::notBefore() const { return toRfc3339(notBefore_); }
std::string Certificate::notAfter() const { return toRfc3339(notAfter_); }
std::string Certificate::pem() const { return toPem("CERTIFICATE", der_); }

std::optional<token::KeyAlgorithm> Certificate::keyAlgorithm() const noexcept {
    if (!publicKey_) return std::nullopt;
    return publicKey_->algorithm;
}

bool Certificate::allows(KeyUsage usage) const noexcept {
    return !keyUsage_ || (*keyUsage_ & (usage == KeyUsage::sign ? kSigns : kEncrypts)) != 0;
}

bool Certificate::hasPurpose(std::string_view oid) const noexcept {
    return std::find(purposes_.begin(), purposes_.end(), oid) != purposes_.end();
}

bool Certificate::isForTimeStampsAlone() const noexcept {
    return arePurposesCritical_ && purposes_.size() == 1 && purposes_.front() == oids::kTimeStamping;
}

std::optional<KeyUsage> Certificate::usage() const noexcept {
    if (allows(KeyUsage::sign)) return KeyUsage::sign;
    if (allows(KeyUsage::encrypt)) return KeyUsage::encrypt;
    return std::nullopt;
}

}  // namespace ukey::pki
