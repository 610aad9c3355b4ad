#include "sandbox/login_check/login_check.hpp"

#include <openssl/bn.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "sandbox/login_check/encoding.hpp"
#include "sandbox/login_check/signature_check.hpp"

namespace ukey::login_check {
namespace {

/// No other, and no older one: those bound too little (docs/auth-token.md).
constexpr std::string_view kFormat = "ukey-auth:2";

std::string textOf(const X509_NAME* name) {
    const BioPtr out(BIO_new(BIO_s_mem()));
    if (!out) return {};
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    const char* data = nullptr;
    const long length = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(std::max(length, 0L))};
}

std::string commonNameOf(const X509_NAME* name) {
    const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (index < 0) return {};
    unsigned char* text = nullptr;
    const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (length < 0) return {};
    std::string result(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
    OPENSSL_free(text);
    return result;
}

std::string hexOf(const std::uint8_t* bytes, std::size_t length) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < length; ++i) {
        text.push_back(kDigits[bytes[i] >> 4U]);
        text.push_back(kDigits[bytes[i] & 15U]);
    }
    return text;
}

Person personOf(X509* certificate, const std::string& keyAlgorithm) {
    Person person;
    person.name = commonNameOf(X509_get_subject_name(certificate));
    person.subjectText = textOf(X509_get_subject_name(certificate));
    person.issuerText = textOf(X509_get_issuer_name(certificate));
    person.algorithm = keyAlgorithm;
    const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
    person.serialNumber =
        hexOf(ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial)));
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    X509_digest(certificate, EVP_sha256(), digest.data(), &length);
    person.thumbprint = hexOf(digest.data(), length);
    return person;
}

std::optional<Refusal> refusalOf(ChallengeState state) {
    switch (state) {
        case ChallengeState::fresh:
            return std::nullopt;
        case ChallengeState::unknown:
            return Refusal::unknownChallenge;
        case ChallengeState::used:
            return Refusal::usedChallenge;
        case ChallengeState::expired:
            return Refusal::expiredChallenge;
    }
    return Refusal::unknownChallenge;
}

}  // namespace

Person personIn(X509* certificate) {
    EVP_PKEY* key = X509_get0_pubkey(certificate);
    return personOf(certificate, key == nullptr ? std::string() : keyAlgorithmOf(key).value_or(""));
}

LoginCheck::LoginCheck(std::vector<std::string> origins, const Trust& trust, Challenges& challenges)
    : origins_(std::move(origins)), certificates_(trust), challenges_(challenges) {
    if (origins_.empty()) throw std::invalid_argument("the site's own origin is not given");
}

std::variant<Person, Refusal> LoginCheck::check(const Answer& answer, const std::string& challenge,
                                                const std::string& visitor, Time now) {
    // First of all, so that a challenge cannot be tried on twice.
    if (const auto refusal = refusalOf(challenges_.take(challenge, visitor, now))) return *refusal;

    if (answer.format != kFormat) return Refusal::badFormat;
    const auto signature = decodeBase64Url(answer.signature);
    if (!signature) return Refusal::badFormat;

    const CertificatePtr certificate = parseCertificate(answer.certificate);
    ERR_clear_error();
    EVP_PKEY* key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
    if (key == nullptr) return Refusal::badCertificate;
    const auto keyAlgorithm = keyAlgorithmOf(key);
    if (!keyAlgorithm || loginAlgorithmOf(*keyAlgorithm) != answer.algorithm) {
        return Refusal::unsupportedAlgorithm;
    }

    if (const auto refusal = certificates_.check(certificate.get(), now)) return *refusal;

    // The origin is the site's own by construction: a signature made for another site fits none of these.
    const bool good = std::any_of(origins_.begin(), origins_.end(), [&](const std::string& origin) {
        return isLoginSignature(key, answer.algorithm, origin, challenge, *signature);
    });
    if (!good) return Refusal::badSignature;
    return personOf(certificate.get(), *keyAlgorithm);
}

}  // namespace ukey::login_check
