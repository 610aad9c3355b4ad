// sign.*
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "daemon/api/call.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/sign_message.hpp"
#include "daemon/api/signing.hpp"
#include "daemon/api/transfer.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/message/time_stamp.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& why) { throw rpc::BadMessage(rpc::kInvalidParams, why); }

json answer(const TokenKey& key, token::DigestAlgorithm digest, ByteView raw) {
    return {{"signature", toBase64Url(pki::signatureToDer(key.algorithm, raw))},
            {"algorithm", signatureAlgorithm(key.algorithm, digest)}};
}

}  // namespace

Answer signDigest(Call& call, SignDigestParams params) {
    Page& page = call.page();
    const token::DigestAlgorithm algorithm = params.digestAlgorithm;
    if (params.digest.size() != token::digestLength(algorithm))
        refuse("digest has not the length of digestAlgorithm");
    const auto key = co_await signingKey(page, params.certificate);
    requireKeyForData(page, *key);
    if (!pki::goesWith(algorithm, key->algorithm)) refuse("digestAlgorithm does not go with the key");
    SigningJob job;
    job.digestAlgorithm = algorithm;
    job.digest = std::move(params.digest);
    job.canBeShown = false;
    call.draft().digest = toHex(job.digest);
    auto signing = signWith(page, key, std::move(job));
    const Bytes raw = co_await std::move(signing);
    co_return answer(*key, algorithm, raw);
}

namespace {

/// Reads it all; what the message has before its signature goes out as it comes.
boost::asio::awaitable<void> takeContent(Page& page, Source& source, Signature& signature, Sink& sink) {
    for (;;) {
        const Bytes piece = co_await source.read();
        if (piece.empty()) co_return;
        const auto take = [&] { return signature.update(piece); };
        auto taking = source.isStream() ? page.services.work.run(take) : runWhere(page, piece.size(), take);
        const Bytes begun = co_await std::move(taking);
        auto writing = sink.write(begun);
        co_await std::move(writing);
    }
}

/// Of a message of its own, or beside the signers of one that there is.
boost::asio::awaitable<Signature> beginSignature(Page& page, const SignDataParams& params,
                                                 const TokenKey& key) {
    const auto options = signedDataOptionsIn(params, key, page.services.catalogue.knownIssuers(key));
    if (!params.add) co_return Signature(key, options);
    if (!options) throw Error(ErrorCode::unsupported, "a signer is added to a message");
    const auto read = [&] { return Signature(key, *options, *params.add); };
    auto reading = runWhere(page, params.add->size(), read);
    co_return co_await std::move(reading);
}

/// What is left of the message, with a signature that was checked.
boost::asio::awaitable<Bytes> signedRest(Page& page, const SignDataParams& params,
                                         std::shared_ptr<const TokenKey> key, Signature& signature,
                                         SigningJob job) {
    if (params.add) {
        auto signing = signWith(page, std::move(key), std::move(job));
        const Bytes raw = co_await std::move(signing);
        const auto write = [&] { return signature.finish(raw); };
        auto writing = runWhere(page, params.add->size(), write);
        co_return co_await std::move(writing);
    }
    auto asking = consentTo(page, key, job);
    co_await std::move(asking);
    Bytes rest;
    const auto take = [&](const Bytes& raw) { rest = signature.finish(raw); };
    auto signing = signUntilTaken(page, std::move(key), std::move(job), take);
    co_await std::move(signing);
    co_return rest;
}

}  // namespace

Answer signData(Call& call, SignDataParams params) {
    Page& page = call.page();
    const auto key = co_await signingKey(page, params.certificate);
    requireKeyForData(page, *key);
    if (params.stream) requireLogin(page, key->address);
    auto beginning = beginSignature(page, params, *key);
    Signature signature = co_await std::move(beginning);
    Source source(page, params.stream, std::move(params.data));
    Sink sink(call, params.output);
    auto reading = takeContent(page, source, signature, sink);
    co_await std::move(reading);
    SigningJob job = signature.job();
    job.pageText = params.description.value_or("");
    call.draft().digest = toHex(job.contentDigest());
    auto signing = signedRest(page, params, key, signature, std::move(job));
    const Bytes rest = co_await std::move(signing);
    auto writing = sink.write(rest);
    co_await std::move(writing);
    json result{{"algorithm", signatureAlgorithm(key->algorithm, signature.digestAlgorithm())}};
    auto finishing = sink.finish("signature", result);
    co_await std::move(finishing);
    co_return result;
}

namespace {

/// What an authority cannot have answered before this bridge asked, and no other bridge asks.
Bytes nonceFor(const policy::KeyedHash& key, ByteView signature) {
    constexpr std::size_t kNonceOctets = 8;
    const std::array<std::string_view, 1> parts{asText(signature)};
    Bytes nonce = key.of(parts);
    nonce.resize(kNonceOctets);
    return nonce;
}

}  // namespace

Answer signTimestamp(Call& call, SignTimestampParams params) {
    Page& page = call.page();
    const Bytes& message = params.signature;
    const auto nonce = [&](ByteView signature) { return nonceFor(page.services.timeStampNonces, signature); };
    if (!params.response) {
        const auto ask = [&] { return cms::timeStampRequest(message, nonce); };
        auto asking = runWhere(page, message.size(), ask);
        const Bytes request = co_await std::move(asking);
        co_return json{{"request", toBase64Url(request)}};
    }
    const auto put = [&] {
        return cms::withTimeStamp(message, *params.response, nonce,
                                  certificatesFrom(params.trusted.value_or(std::vector<std::string>())));
    };
    auto putting = page.services.work.run(put);
    const Bytes stamped = co_await std::move(putting);
    co_return json{{"signature", toBase64Url(stamped)}};
}

}  // namespace ukey::api
