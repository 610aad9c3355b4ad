#include "tokenlib/enrolment/proving.hpp"

#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/decryption_challenge.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"
#include "tokenlib/pki/sm4.hpp"
#include "tokenlib/signing/signature_of_token.hpp"

namespace ukey::enrolment {
namespace {

using token::KeyEntry;
using token::KeyUsage;

[[noreturn]] void mismatch(const std::string& what) { throw Error(ErrorCode::certificateMismatch, what); }

/// Of the certificate in the token. Its key, as the certificate has it.
token::PublicKey requireWritten(const std::vector<KeyEntry>& keys, const token::KeyRef& ref,
                                const Bytes& certificate, KeyEntry& entry) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const KeyEntry& other) {
        return other.ref == ref && other.certificate == certificate;
    });
    if (found == keys.end()) mismatch("the certificate that was written cannot be read back");
    const auto key = pki::Certificate::fromDer(certificate).publicKey();
    if (!key || found->publicKey != key) mismatch("the token has another key than the certificate");
    entry = *found;
    return *key;
}

boost::asio::awaitable<Bytes> openInSession(TokenAccess& token, token::KeyRef key,
                                            const pki::DecryptionChallenge& challenge) {
    token::OpenSession open;
    open.token = token.token();
    open.key = std::move(key);
    open.wrappedKey = challenge.wrappedKey;
    open.contentAlgorithm = challenge.contentAlgorithm;
    open.iv = challenge.iv;
    const std::string session = co_await token.call(std::move(open));
    token::SessionDecrypt decrypt;
    decrypt.token = token.token();
    decrypt.session = session;
    decrypt.data = challenge.cipher;
    Bytes plain = co_await token.call(std::move(decrypt));
    token::CloseSession close;
    close.token = token.token();
    close.session = session;
    co_await token.call(std::move(close));
    co_return plain;
}

}  // namespace

boost::asio::awaitable<void> proveSigning(TokenAccess& token, token::KeyRef key, token::PublicKey publicKey) {
    token::Sign operation;
    operation.token = token.token();
    operation.key = std::move(key);
    operation.digestAlgorithm = pki::defaultDigest(publicKey.algorithm);
    Bytes message(32);
    pki::fillRandom(message);
    operation.digest = pki::messageDigest(publicKey, operation.digestAlgorithm, message);
    operation.message = std::move(message);
    const token::DigestAlgorithm algorithm = operation.digestAlgorithm;
    const Bytes digest = operation.digest;
    const auto call = [&](token::Sign sign) { return token.call(std::move(sign)); };
    const auto take = [&](const Bytes& signature) {
        if (!pki::verify(publicKey, algorithm, digest, signature))
            mismatch("the token's signature is not one of the certificate's key");
    };
    signing::Way way;
    auto signing = signing::askForSignature(call, std::move(operation), way, take);
    co_await std::move(signing);
}

boost::asio::awaitable<void> proveDecryption(TokenAccess& token, KeyEntry key) {
    const bool decrypts = key.publicKey && (key.publicKey->algorithm == token::KeyAlgorithm::sm2 ||
                                            token::isRsa(key.publicKey->algorithm));
    if (!decrypts || key.decrypt == token::DecryptMeans::none) co_return;
    const pki::DecryptionChallenge challenge = pki::makeDecryptionChallenge(*key.publicKey);
    bool isOpened = false;
    if (key.decrypt == token::DecryptMeans::session) {
        const Bytes plain = co_await openInSession(token, key.ref, challenge);
        isOpened = plain == challenge.plain;
    } else {
        token::Decrypt operation;
        operation.token = token.token();
        operation.key = key.ref;
        std::visit([&](const auto& wrapped) { operation.cipher = wrapped; }, challenge.wrappedKey);
        const Bytes plain = co_await token.call(std::move(operation));
        isOpened = equalInConstantTime(plain, challenge.contentKey.view());
    }
    if (!isOpened) mismatch("the token does not decrypt with the encryption key");
}

boost::asio::awaitable<void> proveContainer(TokenAccess& token, std::string container,
                                            CertificatePair certificates) {
    token::ListKeys list;
    list.token = token.token();
    const std::vector<KeyEntry> keys = co_await token.call(std::move(list));
    KeyEntry sign;
    const token::KeyRef signRef{container, KeyUsage::sign};
    token::PublicKey signingKey = requireWritten(keys, signRef, certificates.sign, sign);
    KeyEntry encrypt;
    if (!certificates.encrypt.empty()) {
        const token::KeyRef encryptRef{container, KeyUsage::encrypt};
        (void)requireWritten(keys, encryptRef, certificates.encrypt, encrypt);
    }
    co_await proveSigning(token, signRef, std::move(signingKey));
    if (!certificates.encrypt.empty()) co_await proveDecryption(token, std::move(encrypt));
}

}  // namespace ukey::enrolment
