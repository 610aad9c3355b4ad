#include "tokenlib/pki/certificate.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/identity.hpp"
#include "tokenlib/pki/openssl_handles.hpp"
#include "tokenlib/pki/pem.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

using token::KeyUsage;

constexpr std::uint16_t kSigns = kDigitalSignature | kNonRepudiation;
constexpr std::uint16_t kEncrypts = kKeyEncipherment | kDataEncipherment | kKeyAgreement;
constexpr std::size_t kMaxSubjectText = 128;

[[noreturn]] void fail(const std::string& why) { throw Error(ErrorCode::badRequest, "certificate: " + why); }

std::string nameText(const X509_NAME* name) {
    const BioHandle bio(BIO_new(BIO_s_mem()));
    // RFC 2253 with UTF-8 left readable instead of escaped octet by octet.
    constexpr unsigned long kFlags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    if (!bio || X509_NAME_print_ex(bio.get(), name, 0, kFlags) < 0) fail("malformed name");
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    std::string text(data, static_cast<std::size_t>(length));
    return isUtf8(text) ? text : printable(text, text.size());
}

Bytes nameDer(const X509_NAME* name) {
    const unsigned char* data = nullptr;
    std::size_t length = 0;
    if (X509_NAME_get0_der(name, &data, &length) != 1) fail("malformed name");
    return {data, data + length};
}

/// The last entry of that kind: the most specific one.
std::string nameEntry(const X509_NAME* name, int nid) {
    int found = -1;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0;) found = at;
    if (found < 0) return {};
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, found)));
    if (length < 0) return {};
    const std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
    OPENSSL_free(utf8);
    return printable(text, kMaxSubjectText);
}

std::string holderText(const X509_NAME* name, const std::string& whole) {
    const std::string commonName = nameEntry(name, NID_commonName);
    const std::string organisation = nameEntry(name, NID_organizationName);
    if (commonName.empty()) return organisation.empty() ? printable(whole, kMaxSubjectText) : organisation;
    if (organisation.empty() || organisation == commonName) return commonName;
    return commonName + ", " + organisation;
}

std::chrono::sys_seconds timeOf(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) fail("malformed validity");
    using namespace std::chrono;
    const sys_days day = year(parts.tm_year + 1900) / month(static_cast<unsigned>(parts.tm_mon + 1)) /
                         std::chrono::day(static_cast<unsigned>(parts.tm_mday));
    return day + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
}

std::string serialText(const ASN1_INTEGER* serial) {
    const BignumHandle number(ASN1_INTEGER_to_BN(serial, nullptr));
    if (!number || BN_num_bytes(number.get()) > 64) fail("malformed serial number");
    // Zero has no octets of its own, but one in text.
    Bytes magnitude(static_cast<std::size_t>(std::max(1, BN_num_bytes(number.get()))));
    BN_bn2binpad(number.get(), magnitude.data(), static_cast<int>(magnitude.size()));
    return (BN_is_negative(number.get()) != 0 ? "-" : "") + toHex(magnitude);
}

template <typename T, typename Encode>
Bytes derOf(const T* object, Encode encode) {
    unsigned char* out = nullptr;
    const int length = encode(object, &out);
    if (length < 0) fail("does not encode");
    Bytes bytes(out, out + length);
    OPENSSL_free(out);
    return bytes;
}

std::optional<std::uint16_t> keyUsageOf(X509* certificate) {
    int critical = 0;
    ASN1_BIT_STRING* bits =
        static_cast<ASN1_BIT_STRING*>(X509_get_ext_d2i(certificate, NID_key_usage, &critical, nullptr));
    if (bits == nullptr) {
        // -1: there is none. Anything else: malformed, or there twice.
        if (critical != -1) fail("malformed key usage");
        return std::nullopt;
    }
    std::uint16_t usage = 0;
    for (int bit = 0; bit <= 8; ++bit) {
        if (ASN1_BIT_STRING_get_bit(bits, bit) != 0) usage = static_cast<std::uint16_t>(usage | (1U << bit));
    }
    ASN1_BIT_STRING_free(bits);
    return usage;
}

bool isCaOf(X509* certificate) {
    BASIC_CONSTRAINTS* constraints = static_cast<BASIC_CONSTRAINTS*>(
        X509_get_ext_d2i(certificate, NID_basic_constraints, nullptr, nullptr));
    const bool isCa = constraints != nullptr && constraints->ca != 0;
    BASIC_CONSTRAINTS_free(constraints);
    return isCa;
}

std::string oidTextOf(const ASN1_OBJECT* object) {
    std::array<char, 128> text{};
    const int length = OBJ_obj2txt(text.data(), text.size(), object, 1);
    return length > 0 && length < static_cast<int>(text.size()) ? text.data() : "";
}

std::vector<std::string> purposesOf(const X509* certificate) {
    EXTENDED_KEY_USAGE* extension =
        static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr));
    std::vector<std::string> purposes;
    for (int i = 0; i < sk_ASN1_OBJECT_num(extension); ++i)
        purposes.push_back(oidTextOf(sk_ASN1_OBJECT_value(extension, i)));
    EXTENDED_KEY_USAGE_free(extension);
    return purposes;
}

std::vector<IdentityExtension> identitiesOf(const X509* certificate) {
    std::vector<IdentityExtension> identities;
    for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
        X509_EXTENSION* extension = X509_get_ext(certificate, i);
        const std::string oid = oidTextOf(X509_EXTENSION_get_object(extension));
        if (oid.empty()) continue;
        const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(extension);
        auto identity = readIdentity(
            oid, {ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))});
        if (identity) identities.push_back(*std::move(identity));
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
    const X509Handle x509 = toX509(der);
    if (!x509) fail("malformed DER");
    const X509_NAME* subject = X509_get_subject_name(x509.get());
    const X509_NAME* issuer = X509_get_issuer_name(x509.get());
    Certificate out;
    out.der_.assign(der.begin(), der.end());
    out.subject_ = nameText(subject);
    out.issuer_ = nameText(issuer);
    out.subjectText_ = holderText(subject, out.subject_);
    out.subjectDer_ = nameDer(subject);
    out.issuerDer_ = nameDer(issuer);
    const ASN1_INTEGER* serial = X509_get0_serialNumber(x509.get());
    out.serialNumber_ = serialText(serial);
    out.serialNumberDer_ = derOf(serial, i2d_ASN1_INTEGER);
    out.notBefore_ = timeOf(X509_get0_notBefore(x509.get()));
    out.notAfter_ = timeOf(X509_get0_notAfter(x509.get()));
    out.subjectPublicKeyInfo_ = derOf(X509_get_X509_PUBKEY(x509.get()), i2d_X509_PUBKEY);
    out.publicKey_ = publicKeyOf(out.subjectPublicKeyInfo_);
    out.keyUsage_ = keyUsageOf(x509.get());
    out.isCa_ = isCaOf(x509.get());
    out.purposes_ = purposesOf(x509.get());
    out.thumbprint_ = toHex(digest(token::DigestAlgorithm::sha256, der));
    if (const ASN1_OCTET_STRING* identifier = X509_get0_subject_key_id(x509.get())) {
        const unsigned char* data = ASN1_STRING_get0_data(identifier);
        out.subjectKeyIdentifier_.assign(data, data + ASN1_STRING_length(identifier));
    }
    out.identities_ = identitiesOf(x509.get());
    ERR_clear_error();
    return out;
}

Certificate Certificate::fromPem(std::string_view pem) {
    // Base64 takes four characters for three octets; text around the block may take as much again.
    if (pem.size() > 4 * kMaxSize) throw Error(ErrorCode::tooLarge, "certificate: PEM of more than 256 KiB");
    const std::vector<PemBlock> blocks = parsePem(pem);
    if (blocks.size() != 1 ||
        (blocks.front().label != "CERTIFICATE" && blocks.front().label != "X509 CERTIFICATE")) {
        fail("not one PEM block with a certificate");
    }
    return fromDer(blocks.front().content);
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

std::optional<KeyUsage> Certificate::usage() const noexcept {
    if (allows(KeyUsage::sign)) return KeyUsage::sign;
    if (allows(KeyUsage::encrypt)) return KeyUsage::encrypt;
    return std::nullopt;
}

}  // namespace ukey::pki
