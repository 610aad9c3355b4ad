// What a registration authority returns for a request, checked before anything is written to a token.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/sm2_key.hpp"
#include "tokenlib/token/operations.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// The wrappings of an encryption pair, by their names in the protocol.
enum class EncryptionKeyFormat : std::uint8_t {
    sm2EnvelopedKey,         ///< "sm2-enveloped-key", GM/T 0009.
    skfEnvelopedKeyBlob,     ///< "skf-enveloped-key-blob", GM/T 0016.
    signedAndEnvelopedData,  ///< "signed-and-enveloped-data", GM/T 0010.
    cfcaTemporaryKey,        ///< "cfca-temporary-key".
    csrResponse,             ///< "csr-response", GM/T 0092: certificates and key in one.
    rsaWrapped,              ///< "rsa-wrapped", for SKF_ImportRSAKeyPair or C_UnwrapKey.
};

std::string_view toString(EncryptionKeyFormat format) noexcept;
std::optional<EncryptionKeyFormat> encryptionKeyFormatFrom(std::string_view name) noexcept;

/// The names of the wrappings that come to a driver in this form.
std::vector<std::string_view> encryptionKeyFormatsOf(token::KeyDelivery form);

struct EncryptionKeyText {
    EncryptionKeyFormat format = EncryptionKeyFormat::sm2EnvelopedKey;
    std::string data;  ///< Any form that objectFrom takes; CFCA's text as it came.
    /// rsa-wrapped only: "sm4-ecb", "sm4-cbc", "sm1-ecb", "ssf33-ecb", "aes-128-cbc", "aes-256-cbc".
    std::string symmetricAlgorithm;
    Bytes wrappedKey;  ///< rsa-wrapped only.
    Bytes iv;          ///< rsa-wrapped with CBC only.
};

/// As it came; every certificate in any form that parseCertificates takes.
struct RaAnswer {
    std::string signCertificate;
    std::optional<std::string> encryptCertificate;
    std::optional<EncryptionKeyText> encryptionKey;
    std::vector<std::string> chain;
};

/// What the answer has to agree with.
struct RaExpectation {
    /// The signing key that was generated, or kept.
    token::PublicKey signingKey;
    /// The encryption key that is in the container already, where keys are kept: an encryption certificate
    /// has to be for it, and no key may come.
    std::optional<token::PublicKey> keptEncryptionKey;
    /// The key of the request's attribute, where the request had one.
    const Sm2PrivateKey* temporaryKey = nullptr;
    std::chrono::sys_seconds now;
    /// A certificate may begin this much later than now (a renewal, a clock that goes wrong).
    std::chrono::seconds startTolerance = std::chrono::hours(24);
    /// The administrator's CAs. Empty: the chain only has to hold in itself, where one is given.
    std::vector<Certificate> trusted;
};

struct CheckedAnswer {
    Certificate signCertificate;
    std::optional<Certificate> encryptCertificate;
    /// What the driver imports; present when a new encryption pair came.
    std::optional<std::variant<token::EnvelopedSm2Key, token::WrappedKeyPair>> encryptionKey;
    std::vector<Certificate> chain;  ///< CA certificates, from wherever they came in the answer.
};

/// Throws certificate-mismatch, with its reason, when the answer is not one to this request: another key,
/// swapped certificates, the wrong key usage, out of its validity, an encryption certificate that is not for
/// the key that came, a chain that does not hold or does not end where it has to, what is no certificate at
/// all. Throws bad-request for a malformed key and parts that are missing, `unsupported` for a cipher that no
/// driver takes.
CheckedAnswer checkAnswer(const RaAnswer& answer, const RaExpectation& expectation);

}  // namespace ukey::pki
