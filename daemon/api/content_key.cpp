#include "daemon/api/content_key.hpp"

#include <spdlog/spdlog.h>

#include <optional>
#include <variant>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/public_key.hpp"
#include "tokenlib/pki/unwrapping.hpp"

namespace ukey::api {
namespace {

using Cipher = token::Decrypt::Cipher;

/// The sender's point, in the one form that tokens take.
token::KeyAgreement agreementWith(const TokenKey& key, const cms::Recipient& recipient) {
    return {pki::fromPoint(key.algorithm, recipient.agreement.point).point};
}

/// What the token may be asked to decrypt, the likeliest first. Throws bad-request for octets that are
/// nothing of that kind.
std::vector<Cipher> ciphersFor(const TokenKey& key, const cms::Recipient& recipient) {
    std::vector<Cipher> out;
    const bool isRsa = token::isRsa(key.algorithm);
    if (key.algorithm == token::KeyAlgorithm::sm2 && recipient.transport == cms::KeyTransport::sm2) {
        for (token::Sm2Cipher& cipher : recipient.sm2Ciphers()) out.emplace_back(std::move(cipher));
    } else if (isRsa && recipient.transport == cms::KeyTransport::rsaPkcs1) {
        out.emplace_back(recipient.encryptedKey);
    } else if (isRsa && recipient.transport == cms::KeyTransport::rsaOaep) {
        out.emplace_back(recipient.oaep);
        out.emplace_back(token::BareRsaCipher{recipient.encryptedKey});
    } else if (token::isNistCurve(key.algorithm) && recipient.transport == cms::KeyTransport::ecdh) {
        out.emplace_back(agreementWith(key, recipient));
    } else {
        throw Error(ErrorCode::unsupported, "tokens do not open what was sealed in this way");
    }
    return out;
}

/// The content's key by what the token has made of a cipher.
std::optional<Secret> contentKey(const cms::Recipient& recipient, const Cipher& cipher, ByteView plain) {
    if (std::holds_alternative<token::BareRsaCipher>(cipher))
        return pki::withoutOaepPadding(plain, recipient.oaep);
    if (std::holds_alternative<token::KeyAgreement>(cipher)) return recipient.unwrapped(plain);
    return Secret::copyOf(plain);
}

/// Whether it says that the octets are not for this key, and not that the token has other trouble.
bool isAboutOctets(ErrorCode code) { return code == ErrorCode::driverError || code == ErrorCode::badRequest; }

/// One error for whatever is wrong with a sealed key: padding, length or integrity. Who could tell them apart
/// would learn of the key what only its owner may (Bleichenbacher, Manger).
Error notOpened() { return {ErrorCode::contentCorrupt, "the sealed key cannot be opened with this token's"}; }

boost::asio::awaitable<Bytes> decrypted(Page& page, const RecipientKey& with, const Cipher& cipher) {
    const hosts::TokenAddress address = with.key->address;
    token::Decrypt operation;
    operation.token = address.token;
    operation.key = with.key->entry.ref;
    operation.cipher = cipher;
    try {
        auto decrypting = page.services.catalogue.hosts().call(address.driver, std::move(operation));
        co_return co_await std::move(decrypting);
    } catch (const Error& error) {
        // The library knows better: somebody else's wrong PIN or a reset ended the login.
        if (error.code() == ErrorCode::pinRequired && !with.key->entry.alwaysAuthenticate)
            page.services.logins.forget(address);
        throw;
    }
}

}  // namespace

boost::asio::awaitable<Secret> openContentKey(Page& page, const RecipientKey& with,
                                              const cms::Recipient& recipient, std::size_t length) {
    if (with.key->entry.decrypt != token::DecryptMeans::direct)
        throw Error(ErrorCode::unsupported, "the token keeps content keys inside");
    std::optional<Error> lacking;
    try {
        const std::vector<Cipher> ciphers = ciphersFor(*with.key, recipient);
        for (const Cipher& cipher : ciphers) {
            // A token is asked for the bare operation where it has no other.
            if (std::holds_alternative<token::BareRsaCipher>(cipher) && !lacking) break;
            try {
                auto decrypting = decrypted(page, with, cipher);
                Bytes plain = co_await std::move(decrypting);
                std::optional<Secret> key = contentKey(recipient, cipher, plain);
                wipe(std::span(plain));
                if (key && key->size() == length) co_return *std::move(key);
                lacking.reset();
            } catch (const Error& error) {
                if (error.code() == ErrorCode::unsupported) {
                    if (!lacking) lacking = error;
                } else if (isAboutOctets(error.code())) {
                    spdlog::debug("a sealed key was not opened: {}", error.what());
                    lacking.reset();
                } else {
                    throw;
                }
            }
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::badRequest) throw;
    }
    if (lacking) throw Error(*lacking);
    throw notOpened();
}

}  // namespace ukey::api
