#include "daemon/api/signing.hpp"

#include "tokenlib/base/error.hpp"

namespace ukey::api {
namespace {

boost::asio::awaitable<void> askForConsent(Page& page, std::shared_ptr<const TokenKey> key,
                                           const SigningJob& job) {
    consent::SignatureQuestion question;
    question.language = page.session->language;
    question.origin = page.session->originText;
    question.operation = job.operation;
    if (const auto token = page.services.catalogue.find(key->address)) {
        question.tokenLabel = token->token.info.label;
        question.tokenSerial = token->token.info.serial;
    }
    question.certificate = key->certificate.subjectText();
    question.note = std::string(toString(job.digestAlgorithm)) + " " + toHex(job.digest);
    question.pageText = job.pageText;
    co_await page.services.consent.signature(std::move(question));
}

}  // namespace

boost::asio::awaitable<std::shared_ptr<const TokenKey>> signingKey(Page& page, const std::string& name) {
    auto key = page.names.knownCertificate(name);
    if (!key) key = co_await page.names.certificate(name);
    if (key->entry.ref.usage != token::KeyUsage::sign)
        throw Error(ErrorCode::unsupported, "an encryption key does not sign");
    co_return key;
}

boost::asio::awaitable<Bytes> signWith(Page& page, std::shared_ptr<const TokenKey> key, SigningJob job) {
    const auto& login = [&] { return page.services.logins.use(page.session->id, key->address); };
    if (!login()) throw Error(ErrorCode::pinRequired, "this page is not logged in on the token");
    if (page.session->standing.confirm == policy::Confirm::each) {
        co_await askForConsent(page, key, job);
        if (!login()) throw Error(ErrorCode::pinRequired, "the login ended during the dialog");
    }
    token::Sign operation;
    operation.token = key->address.token;
    operation.key = key->entry.ref;
    operation.digestAlgorithm = job.digestAlgorithm;
    operation.digest = std::move(job.digest);
    operation.message = std::move(job.message);
    try {
        co_return co_await page.services.catalogue.hosts().call(key->address.driver, std::move(operation));
    } catch (const Error& error) {
        // The library knows better: somebody else's wrong PIN or a reset ended the login.
        if (error.code() == ErrorCode::pinRequired && !key->entry.alwaysAuthenticate)
            page.services.logins.forget(key->address);
        throw;
    }
}

std::string_view signatureAlgorithm(token::KeyAlgorithm key, token::DigestAlgorithm digest) noexcept {
    if (key == token::KeyAlgorithm::sm2) return "SM2SM3";
    const bool rsa = token::isRsa(key);
    switch (digest) {
        case token::DigestAlgorithm::sha384:
            return rsa ? "RS384" : "ES384";
        case token::DigestAlgorithm::sha512:
            return rsa ? "RS512" : "ES512";
        case token::DigestAlgorithm::sha256:
        case token::DigestAlgorithm::sm3:
            break;
    }
    return rsa ? "RS256" : "ES256";
}

}  // namespace ukey::api
