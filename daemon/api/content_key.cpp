#include "daemon/api/content_key.hpp"

#include <variant>

#include "tokenlib/base/error.hpp"

namespace ukey::api {
namespace {

using Cipher = std::variant<token::Sm2Cipher, Bytes>;

/// What the token may be asked to decrypt, the likeliest first.
std::vector<Cipher> ciphersFor(const TokenKey& key, const cms::Recipient& recipient) {
    std::vector<Cipher> out;
    const bool isSm2 = key.algorithm == token::KeyAlgorithm::sm2;
    if (isSm2 && recipient.transport == cms::KeyTransport::sm2) {
        for (token::Sm2Cipher& cipher : recipient.sm2Ciphers()) out.emplace_back(std::move(cipher));
    } else if (token::isRsa(key.algorithm) && recipient.transport == cms::KeyTransport::rsaPkcs1) {
        out.emplace_back(recipient.encryptedKey);
    } else {
        throw Error(ErrorCode::unsupported, "tokens do not open what was sealed in this way");
    }
    return out;
}

/// Whether it says that the octets are not for this key, and not that the token has other trouble.
bool isAboutOctets(ErrorCode code) { return code == ErrorCode::driverError || code == ErrorCode::badRequest; }

}  // namespace

boost::asio::awaitable<Secret> openContentKey(Page& page, const RecipientKey& with,
                                              const cms::Recipient& recipient, std::size_t length) {
    const hosts::TokenAddress address = with.key->address;
    if (with.key->entry.decrypt != token::DecryptMeans::direct)
        throw Error(ErrorCode::unsupported, "the token keeps content keys inside");
    const std::vector<Cipher> ciphers = ciphersFor(*with.key, recipient);
    std::string why = "no reading of the sealed key";
    for (const Cipher& cipher : ciphers) {
        token::Decrypt operation;
        operation.token = address.token;
        operation.key = with.key->entry.ref;
        operation.cipher = cipher;
        try {
            auto decrypting = page.services.catalogue.hosts().call(address.driver, std::move(operation));
            Bytes plain = co_await std::move(decrypting);
            if (plain.size() == length) {
                Secret key = Secret::copyOf(plain);
                wipe(std::span(plain));
                co_return key;
            }
            why = "the sealed key has another length than the cipher's";
        } catch (const Error& error) {
            // The library knows better: somebody else's wrong PIN or a reset ended the login.
            if (error.code() == ErrorCode::pinRequired && !with.key->entry.alwaysAuthenticate)
                page.services.logins.forget(address);
            if (!isAboutOctets(error.code())) throw;
            why = error.what();
        }
    }
    throw Error(ErrorCode::contentCorrupt, why);
}

}  // namespace ukey::api
