#include "tokenlib/pki/ra_answer.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate_bag.hpp"
#include "tokenlib/pki/cfca_key.hpp"
#include "tokenlib/pki/chain.hpp"
#include "tokenlib/pki/csr_response.hpp"
#include "tokenlib/pki/enveloped_key.hpp"
#include "tokenlib/pki/public_key.hpp"
#include "tokenlib/pki/transfer_text.hpp"
#include "tokenlib/token/gmt0006.hpp"

namespace ukey::pki {
namespace {

using token::EnvelopedSm2Key;
using token::KeyAlgorithm;
using token::KeyUsage;
using token::WrappedKeyPair;

struct NamedFormat {
    std::string_view name;
    EncryptionKeyFormat format;
    std::optional<token::KeyDelivery> form;  ///< None: no request of ours has the temporary key yet.
};
constexpr std::array<NamedFormat, 6> kFormats{{
    {"sm2-enveloped-key", EncryptionKeyFormat::sm2EnvelopedKey, token::KeyDelivery::envelopedSm2},
    {"skf-enveloped-key-blob", EncryptionKeyFormat::skfEnvelopedKeyBlob, token::KeyDelivery::envelopedSm2},
    {"signed-and-enveloped-data", EncryptionKeyFormat::signedAndEnvelopedData,
     token::KeyDelivery::envelopedSm2},
    {"cfca-temporary-key", EncryptionKeyFormat::cfcaTemporaryKey, std::nullopt},
    {"csr-response", EncryptionKeyFormat::csrResponse, token::KeyDelivery::envelopedSm2},
    {"rsa-wrapped", EncryptionKeyFormat::rsaWrapped, token::KeyDelivery::wrapped},
}};

constexpr std::size_t kMaxChain = 16;
constexpr std::size_t kMaxWrappedData = 8192;

[[noreturn]] void malformed(const std::string& why) {
    throw Error(ErrorCode::badRequest, "RA answer: " + why);
}
[[noreturn]] void mismatch(Reason reason, const std::string& why) {
    throw Error(ErrorCode::certificateMismatch, "RA answer: " + why).withReason(reason);
}

/// Certificates by what they are, no matter in which field or order they came.
struct Collected {
    std::vector<Certificate> authorities;
    std::optional<Certificate> sign;
    std::optional<Certificate> encrypt;
    std::optional<EnvelopedSm2Key> key;
};

void setOnce(std::optional<Certificate>& slot, const Certificate& certificate, const char* what) {
    if (slot && *slot != certificate) malformed(std::string("two different ") + what + " certificates");
    slot = certificate;
}

/// Also what is no CA by its extensions but can be nothing else: old roots have none.
bool isAuthority(const Certificate& certificate) {
    return certificate.isCa() || (certificate.keyUsage().value_or(0) & kKeyCertSign) != 0 ||
           certificate.subjectDer() == certificate.issuerDer();
}

/// Sorts a list by key usage. `field` is the usage of the field that the list came in: the list has to have a
/// certificate for that.
void collect(Collected& into, const std::vector<Certificate>& list, KeyUsage field) {
    bool found = false;
    for (const Certificate& certificate : list) {
        if (isAuthority(certificate)) {
            into.authorities.push_back(certificate);
            continue;
        }
        // A certificate that may do both stands for the field that it is in.
        const bool fits = certificate.allows(field);
        const KeyUsage usage = fits ? field : field == KeyUsage::sign ? KeyUsage::encrypt : KeyUsage::sign;
        if (!certificate.allows(usage))
            mismatch(Reason::usage, "a certificate that may neither sign nor encrypt");
        setOnce(usage == KeyUsage::sign ? into.sign : into.encrypt, certificate,
                usage == KeyUsage::sign ? "signing" : "encryption");
        found = found || fits;
    }
    if (!found) {
        mismatch(Reason::usage, field == KeyUsage::sign
                                    ? "what came as the signing certificate may not sign"
                                    : "what came as the encryption certificate may not encrypt");
    }
}

Bytes octetsOf(const EncryptionKeyText& text, const std::function<bool(ByteView)>& fits) {
    auto octets = objectFrom(text.data, fits);
    if (!octets) malformed("the encryption key is in no form of its format");
    return *std::move(octets);
}

Bytes derOf(const EncryptionKeyText& text) {
    return toBytes(firstElement(octetsOf(text, beginsWithSequence)));
}

/// What is no certificate is a bad answer, not a bad call of the page.
std::vector<Certificate> certificatesIn(const std::string& text) {
    try {
        return parseCertificates(text);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::badRequest) throw;
        mismatch(Reason::malformed, error.what());
    }
}

Collected collectAll(const RaAnswer& answer) {
    Collected all;
    collect(all, certificatesIn(answer.signCertificate), KeyUsage::sign);
    if (answer.encryptCertificate) {
        collect(all, certificatesIn(*answer.encryptCertificate), KeyUsage::encrypt);
    }
    if (answer.encryptionKey && answer.encryptionKey->format == EncryptionKeyFormat::csrResponse) {
        CsrResponse response = parseCsrResponse(derOf(*answer.encryptionKey));
        collect(all, response.signCertificates, KeyUsage::sign);
        if (!response.encryptCertificates.empty()) {
            collect(all, response.encryptCertificates, KeyUsage::encrypt);
        }
        if (!response.encryptionKey) malformed("the CSRResponse holds no key");
        all.key = std::move(response.encryptionKey);
    }
    // A single certificate for both uses, sent twice.
    if (all.encrypt == all.sign) all.encrypt.reset();
    if (answer.chain.size() > kMaxChain) throw Error(ErrorCode::tooLarge, "RA answer: chain of more than 16");
    for (const std::string& text : answer.chain) {
        for (Certificate& certificate : certificatesIn(text)) {
            all.authorities.push_back(std::move(certificate));
        }
    }
    return all;
}

void checkValidity(const Certificate& certificate, const RaExpectation& expectation, const char* what) {
    if (certificate.notAfterTime() < expectation.now) {
        mismatch(Reason::expired,
                 std::string("the ") + what + " certificate has expired on " + certificate.notAfter());
    }
    if (certificate.notAfterTime() < certificate.notBeforeTime() ||
        certificate.notBeforeTime() > expectation.now + expectation.startTolerance) {
        mismatch(Reason::notYetValid,
                 std::string("the ") + what + " certificate begins only on " + certificate.notBefore());
    }
}

const token::PublicKey& keyOf(const Certificate& certificate, const char* what) {
    if (!certificate.publicKey()) {
        // Every key that an enrolment makes or delivers is of a kind that is known here.
        mismatch(Reason::key, std::string("the key of the ") + what + " certificate is of an unknown kind");
    }
    return *certificate.publicKey();
}

struct Cipher {
    std::string_view name;
    std::uint32_t id;
    std::size_t ivLength;
};

/// GM/T 0006, and the project's own id for AES-CBC with padding (operations.hpp).
constexpr std::array kCiphers{
    Cipher{"sm4-ecb", token::kSgdSm4Ecb, 0},      Cipher{"sm4-cbc", token::kSgdSm4Cbc, 16},
    Cipher{"sm1-ecb", token::kSgdSm1Ecb, 0},      Cipher{"ssf33-ecb", token::kSgdSsf33Ecb, 0},
    Cipher{"aes-128-cbc", token::kAesCbcPad, 16}, Cipher{"aes-256-cbc", token::kAesCbcPad, 16},
};

WrappedKeyPair toWrappedPair(const EncryptionKeyText& text, const token::PublicKey& encryptionKey,
                             const token::PublicKey& signingKey) {
    if (!token::isRsa(signingKey.algorithm))
        malformed("a key wrapped by RSA for a signing key that is not RSA");
    const auto cipher = std::find_if(kCiphers.begin(), kCiphers.end(), [&](const Cipher& entry) {
        return entry.name == text.symmetricAlgorithm;
    });
    if (cipher == kCiphers.end()) malformed("symmetric algorithm is missing or unknown");
    if (text.iv.size() != cipher->ivLength) malformed("IV of a wrong length");
    if (text.wrappedKey.size() != modulusLength(signingKey.algorithm)) {
        malformed("the wrapped key is not as long as the signing key's modulus");
    }
    WrappedKeyPair pair;
    pair.algorithm = encryptionKey.algorithm;
    pair.symmetricAlgorithm = cipher->id;
    pair.iv = text.iv;
    pair.wrappedKey = text.wrappedKey;
    pair.encryptedPrivateKey = octetsOf(text, [](ByteView octets) { return octets.size() % 16 == 0; });
    if (pair.encryptedPrivateKey.size() > kMaxWrappedData) malformed("the encrypted key is too long");
    pair.publicKey = encryptionKey;
    return pair;
}

EnvelopedSm2Key toEnvelopedKey(const RaAnswer& answer, const Collected& all,
                               const RaExpectation& expectation) {
    const EncryptionKeyText& text = *answer.encryptionKey;
    switch (text.format) {
        case EncryptionKeyFormat::sm2EnvelopedKey:
            return fromSm2EnvelopedKey(derOf(text));
        case EncryptionKeyFormat::skfEnvelopedKeyBlob:
            return fromSkfEnvelopedKeyBlob(octetsOf(text, [](ByteView octets) { return octets[0] == 1; }));
        case EncryptionKeyFormat::signedAndEnvelopedData:
            return fromSignedAndEnvelopedData(derOf(text), keyOf(*all.encrypt, "encryption"), &*all.sign);
        case EncryptionKeyFormat::cfcaTemporaryKey:
            if (expectation.temporaryKey == nullptr)
                malformed("a CFCA key, but the request had no temporary key");
            return rewrapCfcaKey(text.data, *expectation.temporaryKey, expectation.signingKey);
        case EncryptionKeyFormat::csrResponse:
            return *all.key;
        case EncryptionKeyFormat::rsaWrapped:
            break;
    }
    throw Error(ErrorCode::internal, "RA answer: format out of range");
}

std::variant<EnvelopedSm2Key, WrappedKeyPair> readKey(const RaAnswer& answer, const Collected& all,
                                                      const RaExpectation& expectation) {
    const token::PublicKey& certified = keyOf(*all.encrypt, "encryption");
    if (answer.encryptionKey->format == EncryptionKeyFormat::rsaWrapped) {
        return toWrappedPair(*answer.encryptionKey, certified, expectation.signingKey);
    }
    if (expectation.signingKey.algorithm != KeyAlgorithm::sm2) {
        malformed("an SM2 encryption key for a signing key that is not SM2");
    }
    EnvelopedSm2Key key = toEnvelopedKey(answer, all, expectation);
    if (certified.algorithm != KeyAlgorithm::sm2 || certified.point != key.publicKey) {
        mismatch(Reason::key, "the encryption certificate is not for the encryption key that came");
    }
    return key;
}

/// Where a chain may end that only has to hold in itself: at roots, and at authorities above which the answer
/// has no other.
std::vector<Certificate> tops(const std::vector<Certificate>& authorities) {
    std::vector<Certificate> out;
    for (const Certificate& certificate : authorities) {
        const bool isRoot = certificate.subjectDer() == certificate.issuerDer();
        const bool isIssued =
            std::any_of(authorities.begin(), authorities.end(), [&](const Certificate& other) {
                return other.subjectDer() == certificate.issuerDer() && other != certificate;
            });
        if (isRoot || !isIssued) out.push_back(certificate);
    }
    return out;
}

/// Without trusted CAs the chain has to hold in itself, from the top of what was given.
void checkChainOf(const Certificate& certificate, const Collected& all, const RaExpectation& expectation) {
    checkCriticalExtensions(certificate);
    if (expectation.trusted.empty() && all.authorities.empty()) return;
    // A certificate that begins in the near future is looked at when it begins.
    const auto time = std::max(expectation.now, certificate.notBeforeTime());
    checkChain(certificate, all.authorities,
               expectation.trusted.empty() ? tops(all.authorities) : expectation.trusted, time);
}

/// Of an encryption pair, exactly what the enrolment calls for has to be there.
void checkEncryptionSide(const RaAnswer& answer, const Collected& all, const RaExpectation& expectation) {
    if (answer.encryptionKey && expectation.keptEncryptionKey) {
        mismatch(Reason::key, "an encryption key came, but keys are kept");
    }
    if (answer.encryptionKey && !all.encrypt) malformed("an encryption key without its certificate");
    if (!all.encrypt || answer.encryptionKey) return;
    if (!expectation.keptEncryptionKey) malformed("an encryption certificate without its key");
    if (keyOf(*all.encrypt, "encryption") != *expectation.keptEncryptionKey) {
        mismatch(Reason::key, "the encryption certificate is not for the key in the token");
    }
}

}  // namespace

std::string_view toString(EncryptionKeyFormat format) noexcept {
    return std::ranges::find(kFormats, format, &NamedFormat::format)->name;
}

std::optional<EncryptionKeyFormat> encryptionKeyFormatFrom(std::string_view name) noexcept {
    for (const auto& known : kFormats) {
        if (known.name == name) return known.format;
    }
    return std::nullopt;
}

std::vector<std::string_view> encryptionKeyFormatsOf(token::KeyDelivery form) {
    std::vector<std::string_view> names;
    for (const auto& known : kFormats) {
        if (known.form == form) names.push_back(known.name);
    }
    return names;
}

CheckedAnswer checkAnswer(const RaAnswer& answer, const RaExpectation& expectation) {
    const Collected all = collectAll(answer);
    if (keyOf(*all.sign, "signing") != expectation.signingKey) {
        mismatch(Reason::key, "the signing certificate is for another key than this enrolment's");
    }
    checkEncryptionSide(answer, all, expectation);
    checkValidity(*all.sign, expectation, "signing");
    checkChainOf(*all.sign, all, expectation);
    CheckedAnswer checked{*all.sign, all.encrypt, std::nullopt, all.authorities};
    if (all.encrypt) {
        checkValidity(*all.encrypt, expectation, "encryption");
        checkChainOf(*all.encrypt, all, expectation);
    }
    if (answer.encryptionKey) checked.encryptionKey = readKey(answer, all, expectation);
    return checked;
}

}  // namespace ukey::pki
