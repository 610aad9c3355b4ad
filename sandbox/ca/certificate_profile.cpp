#include "sandbox/ca/certificate_profile.hpp"

#include "sandbox/ca/keys.hpp"
#include "sandbox/ca/signing.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ca {
namespace {

constexpr std::size_t kSerialOctets = 16;

void addPart(X509_NAME* name, const char* field, const std::string& value, int type) {
    if (value.empty()) return;
    if (X509_NAME_add_entry_by_txt(name, field, type, reinterpret_cast<const unsigned char*>(value.data()),
                                   static_cast<int>(value.size()), -1, 0) != 1) {
        failOpenssl("a part of the subject");
    }
}

NamePtr toName(const Subject& subject) {
    NamePtr name(requirePointer(X509_NAME_new(), "memory"));
    addPart(name.get(), "C", "CN", V_ASN1_PRINTABLESTRING);
    addPart(name.get(), "ST", subject.province, V_ASN1_UTF8STRING);
    addPart(name.get(), "L", subject.locality, V_ASN1_UTF8STRING);
    addPart(name.get(), "O", subject.organisation, V_ASN1_UTF8STRING);
    addPart(name.get(), "OU", subject.organisationalUnit, V_ASN1_UTF8STRING);
    addPart(name.get(), "CN", subject.commonName, V_ASN1_UTF8STRING);
    return name;
}

void setRandomSerial(X509* certificate) {
    auto octets = randomBytes(kSerialOctets);
    // Positive, and of full length.
    octets[0] = static_cast<std::uint8_t>((octets[0] & 0x7fU) | 0x40U);
    const BignumPtr number(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
    require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
            "the serial number");
}

void addExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer != nullptr ? issuer : certificate, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(
        requirePointer(X509V3_EXT_nconf_nid(nullptr, &context, id, value.c_str()), "an extension"));
    require(X509_add_ext(certificate, extension.get(), -1) == 1, "an extension");
}

/// GM/T 0015 clause 5.2.4: identity extensions hold a string in DER.
void addOrganisationCode(X509* certificate, const std::string& code) {
    const ObjectPtr id(requirePointer(OBJ_txt2obj("1.2.156.10260.4.1.4", 1), "an extension"));
    const OctetStringPtr value(requirePointer(ASN1_OCTET_STRING_new(), "memory"));
    Bytes der{V_ASN1_PRINTABLESTRING, static_cast<std::uint8_t>(code.size())};
    der.insert(der.end(), code.begin(), code.end());
    ASN1_OCTET_STRING_set(value.get(), der.data(), static_cast<int>(der.size()));
    const ExtensionPtr extension(
        requirePointer(X509_EXTENSION_create_by_OBJ(nullptr, id.get(), 0, value.get()), "an extension"));
    require(X509_add_ext(certificate, extension.get(), -1) == 1, "an extension");
}

const char* keyUsageOf(Profile profile) {
    switch (profile) {
        case Profile::root:
        case Profile::issuing:
            return "critical,keyCertSign,cRLSign";
        case Profile::sign:
            return "critical,digitalSignature,nonRepudiation";
        case Profile::encrypt:
            return "critical,keyEncipherment,dataEncipherment";
        case Profile::registrationAuthority:
            return "critical,digitalSignature";
    }
    return "";
}

/// Only keys that can agree on a key may say so.
std::string keyUsageOf(Profile profile, const EVP_PKEY* key) {
    const bool agrees = profile == Profile::encrypt && !token::isRsa(algorithmOf(key));
    return std::string(keyUsageOf(profile)) + (agrees ? ",keyAgreement" : "");
}

const char* basicConstraintsOf(Profile profile) {
    if (profile == Profile::root) return "critical,CA:TRUE";
    if (profile == Profile::issuing) return "critical,CA:TRUE,pathlen:0";
    return "CA:FALSE";
}

void addExtensions(X509* certificate, X509* issuer, const Contents& contents) {
    addExtension(certificate, issuer, NID_basic_constraints, basicConstraintsOf(contents.profile));
    addExtension(certificate, issuer, NID_key_usage, keyUsageOf(contents.profile, contents.publicKey));
    addExtension(certificate, issuer, NID_subject_key_identifier, "hash");
    addExtension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    if (contents.profile == Profile::sign) {
        addExtension(certificate, issuer, NID_ext_key_usage, "clientAuth,emailProtection");
    }
    // id-kp-cmcRA (RFC 6402): by it the bridge knows who may answer an unlock.
    if (contents.profile == Profile::registrationAuthority)
        addExtension(certificate, issuer, NID_ext_key_usage, "1.3.6.1.5.5.7.3.28");
    if (!contents.crlUrl.empty()) {
        addExtension(certificate, issuer, NID_crl_distribution_points, "URI:" + contents.crlUrl);
    }
    if (!contents.organisationCode.empty()) addOrganisationCode(certificate, contents.organisationCode);
}

}  // namespace

TimePtr toAsn1Time(Time time) {
    return TimePtr(
        requirePointer(ASN1_TIME_set(nullptr, std::chrono::system_clock::to_time_t(time)), "a time"));
}

CertificatePtr makeCertificate(const Contents& contents, X509* issuer, EVP_PKEY* issuerKey) {
    if (contents.organisationCode.size() > 100) {
        throw Error(ErrorCode::badRequest, "the organisation code is too long");
    }
    CertificatePtr certificate(requirePointer(X509_new(), "memory"));
    X509* const raw = certificate.get();
    const auto name = toName(contents.subject);
    require(
        X509_set_version(raw, X509_VERSION_3) == 1 && X509_set_subject_name(raw, name.get()) == 1 &&
            X509_set_issuer_name(raw, issuer != nullptr ? X509_get_subject_name(issuer) : name.get()) == 1 &&
            X509_set1_notBefore(raw, toAsn1Time(contents.notBefore).get()) == 1 &&
            X509_set1_notAfter(raw, toAsn1Time(contents.notAfter).get()) == 1 &&
            X509_set_pubkey(raw, contents.publicKey) == 1,
        "filling in a certificate");
    setRandomSerial(raw);
    addExtensions(raw, issuer, contents);
    signCertificate(raw, issuerKey);
    return certificate;
}

std::string serialOf(const X509* certificate) {
    const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
    return toHex({ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial))});
}

std::string subjectTextOf(const X509* certificate) {
    const BioPtr out(requirePointer(BIO_new(BIO_s_mem()), "memory"));
    X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0,
                       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    return takeText(out.get());
}

std::string commonNameOf(const X509* certificate) {
    const X509_NAME* name = X509_get_subject_name(certificate);
    const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (index < 0) return {};
    unsigned char* text = nullptr;
    const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (length < 0) return {};
    std::string result(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
    OPENSSL_free(text);
    return result;
}

}  // namespace ukey::ca
