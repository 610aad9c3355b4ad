#include "daemon/api/signing.hpp"

#include <algorithm>

#include "daemon/api/key_call.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/auth_token.hpp"
#include "tokenlib/signing/signature_of_token.hpp"

namespace ukey::api {
namespace {

std::string noteOf(Language language, const SigningJob& job) {
    std::string note = std::string(toString(job.digestAlgorithm)) + " " + toHex(job.contentDigest());
    if (!job.canBeShown) return message(language, "dialog.digest-only", {{"digest", note}});
    if (job.size) note += ", " + message(language, "dialog.size", {{"octets", std::to_string(*job.size)}});
    return note;
}

token::Sign operationOf(SigningJob job) {
    token::Sign operation;
    operation.digestAlgorithm = job.digestAlgorithm;
    operation.digest = std::move(job.digest);
    operation.message = std::move(job.message);
    return operation;
}

/// How the helpers of tokenlib/signing reach the token.
auto callWith(Page& page, std::shared_ptr<const TokenKey> key) {
    return [&page, key = std::move(key)](token::Sign operation) {
        return callWithKey(page, key, std::move(operation));
    };
}

}  // namespace

void requireLogin(Page& page, const hosts::TokenAddress& address, const char* why) {
    if (!page.services.logins.use(page.session->id, address)) throw Error(ErrorCode::pinRequired, why);
}

boost::asio::awaitable<void> consentTo(Page& page, std::shared_ptr<const TokenKey> key, const SigningJob& job,
                                       std::string list) {
    requireLogin(page, key->address);
    if (page.session->standing.confirm != policy::Confirm::each) co_return;
    consent::SignatureQuestion question;
    question.asker = askerOf(page);
    question.operation = job.operation;
    if (const auto token = page.services.catalogue.find(key->address)) {
        question.tokenLabel = token->info.label;
        question.tokenSerial = token->info.serial;
    }
    question.certificate = key->certificate.subjectText();
    question.note = list.empty() ? noteOf(question.asker.language, job) : std::move(list);
    question.pageText = job.pageText;
    co_await page.services.consent.signature(std::move(question));
    requireLogin(page, key->address, "the login ended during the dialog");
}

boost::asio::awaitable<std::shared_ptr<const TokenKey>> signingKey(Page& page, const std::string& name) {
    auto key = page.names.knownCertificate(name);
    if (!key) key = co_await page.names.certificate(name);
    if (key->entry.ref.usage != token::KeyUsage::sign)
        throw Error(ErrorCode::unsupported, "an encryption key does not sign");
    co_return key;
}

void requireKeyForData(const Page& page, const TokenKey& key) {
    if (!page.services.webEid) return;
    // A key may have several certificates, and one of them is enough.
    const auto keys = page.services.catalogue.knownKeys(key.address);
    const bool logsIn = std::any_of(keys.begin(), keys.end(), [&](const auto& other) {
        return other->certificate.publicKey() == key.certificate.publicKey() &&
               pki::isForAuthenticationAlone(other->certificate);
    });
    if (logsIn) throw Error(ErrorCode::unsupported, "the key is for authentication alone");
}

boost::asio::awaitable<Bytes> signWith(Page& page, std::shared_ptr<const TokenKey> key, SigningJob job) {
    auto asking = consentTo(page, key, job);
    co_await std::move(asking);
    auto signing = signing::signatureOfToken(callWith(page, key), operationOf(std::move(job)),
                                             *key->certificate.publicKey(), key->way);
    co_return co_await std::move(signing);
}

boost::asio::awaitable<void> signUntilTaken(Page& page, std::shared_ptr<const TokenKey> key, SigningJob job,
                                            std::function<void(const Bytes& raw)> take) {
    auto asking =
        signing::askForSignature(callWith(page, key), operationOf(std::move(job)), key->way, std::move(take));
    co_await std::move(asking);
}

boost::asio::awaitable<Bytes> signUnchecked(Page& page, std::shared_ptr<const TokenKey> key, SigningJob job) {
    token::Sign operation = operationOf(std::move(job));
    operation.attempt = key->way.attempt;
    return callWithKey(page, std::move(key), std::move(operation));
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
