#include "sandbox/login_check/certificate_check.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <stdexcept>

#include "sandbox/login_check/encoding.hpp"
#include "sandbox/login_check/signature_check.hpp"

namespace ukey::login_check {
namespace {

/// How far the clock of the CA may be ahead of ours; a list that it issues while a login is checked is ahead
/// too.
constexpr std::time_t kClockSkewSeconds = 60;

CertificatePtr parseTrusted(const std::string& pem) {
    auto certificate = parseCertificate(pem);
    if (!certificate) throw std::invalid_argument("a trusted certificate cannot be read");
    return certificate;
}

/// A signing certificate of a person or an organisation: the key usage is there and allows signatures, it is
/// no CA, and an extended key usage, where there is one, allows client authentication.
bool mayLogIn(X509* certificate) {
    const std::uint32_t flags = X509_get_extension_flags(certificate);
    if ((flags & EXFLAG_INVALID) != 0 || (flags & EXFLAG_CA) != 0 || (flags & EXFLAG_KUSAGE) == 0)
        return false;
    if ((X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) == 0) return false;
    return (flags & EXFLAG_XKUSAGE) == 0 ||
           (X509_get_extended_key_usage(certificate) & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
}

/// An encryption certificate: the other of a pair, or the only one where its key usage says both.
bool mayBeSealedTo(X509* certificate) {
    const std::uint32_t flags = X509_get_extension_flags(certificate);
    if ((flags & (EXFLAG_INVALID | EXFLAG_CA)) != 0 || (flags & EXFLAG_KUSAGE) == 0) return false;
    constexpr std::uint32_t kEncrypts = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT | KU_KEY_AGREEMENT;
    return (X509_get_key_usage(certificate) & kEncrypts) != 0;
}

Refusal refusalOf(int error, int depth) {
    if (depth == 0 && error == X509_V_ERR_CERT_NOT_YET_VALID) return Refusal::notYetValid;
    if (depth == 0 && error == X509_V_ERR_CERT_HAS_EXPIRED) return Refusal::expired;
    return Refusal::unknownIssuer;
}

/// A list that says it covers only part of the certificates (a critical extension) cannot clear one.
bool hasCriticalExtension(const X509_CRL* list) {
    for (int i = 0; i < X509_CRL_get_ext_count(list); ++i) {
        if (X509_EXTENSION_get_critical(X509_CRL_get_ext(list, i)) != 0) return true;
    }
    return false;
}

std::vector<CrlPtr> parseLists(const std::vector<std::vector<std::uint8_t>>& encoded) {
    std::vector<CrlPtr> lists;
    for (const auto& der : encoded) {
        const std::uint8_t* cursor = der.data();
        CrlPtr list(d2i_X509_CRL(nullptr, &cursor, static_cast<long>(der.size())));
        if (list && cursor == der.data() + der.size()) lists.push_back(std::move(list));
    }
    ERR_clear_error();
    return lists;
}

bool isIssuedLater(const X509_CRL* a, const X509_CRL* b) {
    return ASN1_TIME_compare(X509_CRL_get0_lastUpdate(a), X509_CRL_get0_lastUpdate(b)) > 0;
}

bool isCurrent(const X509_CRL* list, std::time_t now) {
    const ASN1_TIME* nextUpdate = X509_CRL_get0_nextUpdate(list);
    return nextUpdate != nullptr &&
           ASN1_TIME_cmp_time_t(X509_CRL_get0_lastUpdate(list), now + kClockSkewSeconds) <= 0 &&
           ASN1_TIME_cmp_time_t(nextUpdate, now) >= 0;
}

std::optional<Refusal> checkAgainst(const std::vector<CrlPtr>& lists, X509* certificate, X509* issuer,
                                    std::time_t now) {
    X509_CRL* newest = nullptr;
    bool forged = false;
    for (const auto& list : lists) {
        if (X509_NAME_cmp(X509_CRL_get_issuer(list.get()), X509_get_subject_name(issuer)) != 0) continue;
        if (hasCriticalExtension(list.get()) || !isSignedBy(list.get(), X509_get0_pubkey(issuer))) {
            forged = true;
        } else if (newest == nullptr || isIssuedLater(list.get(), newest)) {
            newest = list.get();
        }
    }
    if (newest == nullptr) return forged ? Refusal::crlInvalid : Refusal::crlMissing;
    if (!isCurrent(newest, now)) return Refusal::crlOutdated;
    X509_REVOKED* entry = nullptr;
    // 2 stands for "taken off the list again" (removeFromCRL).
    if (X509_CRL_get0_by_cert(newest, &entry, certificate) == 1) return Refusal::revoked;
    return std::nullopt;
}

}  // namespace

std::string_view toString(Refusal refusal) noexcept {
    switch (refusal) {
        case Refusal::unknownChallenge:
            return "unknown-challenge";
        case Refusal::usedChallenge:
            return "used-challenge";
        case Refusal::expiredChallenge:
            return "expired-challenge";
        case Refusal::badFormat:
            return "bad-format";
        case Refusal::badCertificate:
            return "bad-certificate";
        case Refusal::unsupportedAlgorithm:
            return "unsupported-algorithm";
        case Refusal::unknownIssuer:
            return "unknown-issuer";
        case Refusal::notYetValid:
            return "not-yet-valid";
        case Refusal::expired:
            return "expired";
        case Refusal::wrongUsage:
            return "wrong-usage";
        case Refusal::crlMissing:
            return "crl-missing";
        case Refusal::crlInvalid:
            return "crl-invalid";
        case Refusal::crlOutdated:
            return "crl-outdated";
        case Refusal::revoked:
            return "revoked";
        case Refusal::badSignature:
            return "bad-signature";
    }
    return "bad-format";
}

CertificateCheck::CertificateCheck(const Trust& trust)
    : anchors_(X509_STORE_new()),
      intermediates_(sk_X509_new_null()),
      revocationLists_(trust.revocationLists) {
    if (!anchors_ || !intermediates_) throw std::bad_alloc();
    if (trust.anchors.empty()) throw std::invalid_argument("no trust anchor is given");
    if (!revocationLists_) throw std::invalid_argument("no source of revocation lists is given");
    for (const auto& pem : trust.anchors) {
        if (X509_STORE_add_cert(anchors_.get(), parseTrusted(pem).get()) != 1) throw std::bad_alloc();
    }
    for (const auto& pem : trust.intermediates) {
        auto certificate = parseTrusted(pem);
        if (sk_X509_push(intermediates_.get(), certificate.get()) == 0) throw std::bad_alloc();
        static_cast<void>(certificate.release());
    }
}

std::optional<Refusal> CertificateCheck::check(X509* certificate, Time now, Use use) const {
    if (!(use == Use::sealing ? mayBeSealedTo(certificate) : mayLogIn(certificate)))
        return Refusal::wrongUsage;
    CertificateStackPtr chain;
    if (const auto refusal = checkChain(certificate, now, chain)) return refusal;
    return checkRevocation(chain.get(), now);
}

std::optional<Refusal> CertificateCheck::checkChain(X509* certificate, Time now,
                                                    CertificateStackPtr& chain) const {
    const StoreContextPtr context(X509_STORE_CTX_new());
    if (!context ||
        X509_STORE_CTX_init(context.get(), anchors_.get(), certificate, intermediates_.get()) != 1) {
        return Refusal::unknownIssuer;
    }
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters, std::chrono::system_clock::to_time_t(now));
    // 112 bits: no 1024-bit keys and no SHA-1 anywhere in the chain.
    X509_VERIFY_PARAM_set_auth_level(parameters, 2);
    const bool good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (!good) {
        return refusalOf(X509_STORE_CTX_get_error(context.get()),
                         X509_STORE_CTX_get_error_depth(context.get()));
    }
    chain.reset(X509_STORE_CTX_get1_chain(context.get()));
    return std::nullopt;
}

std::optional<Refusal> CertificateCheck::checkRevocation(STACK_OF(X509) * chain, Time now) const {
    const auto lists = parseLists(revocationLists_());
    for (int i = 0; i + 1 < sk_X509_num(chain); ++i) {
        const auto refusal = checkAgainst(lists, sk_X509_value(chain, i), sk_X509_value(chain, i + 1),
                                          std::chrono::system_clock::to_time_t(now));
        if (refusal) return refusal;
    }
    return std::nullopt;
}

}  // namespace ukey::login_check
