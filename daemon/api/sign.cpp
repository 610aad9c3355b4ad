// sign.*
#include <nlohmann/json.hpp>
#include <span>

#include "daemon/api/handlers.hpp"
#include "daemon/api/signing.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/message_domain.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

constexpr std::size_t kShortMessage = 4096;
constexpr std::size_t kShortWork = 64UL * 1024UL;

[[noreturn]] void refuse(const std::string& why) { throw rpc::BadMessage(rpc::kInvalidParams, why); }

Bytes decode(const json& params, const char* member) {
    auto bytes = fromBase64Url(params.at(member).get_ref<const std::string&>());
    if (!bytes) refuse(std::string(member) + " is not base64url without padding");
    return std::move(*bytes);
}

/// The octets of `member`; long texts are read by the worker.
boost::asio::awaitable<Bytes> decodeData(Page& page, const json& params, const char* member) {
    if (params.at(member).get_ref<const std::string&>().size() <= kShortWork)
        co_return decode(params, member);
    co_return co_await page.services.work.run([&] { return decode(params, member); });
}

boost::asio::awaitable<Bytes> hash(Page& page, pki::Digest digest, ByteView message) {
    if (message.size() <= kShortWork) co_return digest.update(message).finish();
    co_return co_await page.services.work.run([&] { return digest.update(message).finish(); });
}

json answer(const TokenKey& key, token::DigestAlgorithm digest, ByteView raw) {
    return {{"signature", toBase64Url(pki::signatureToDer(key.algorithm, raw))},
            {"algorithm", signatureAlgorithm(key.algorithm, digest)}};
}

}  // namespace

Answer signDigest(Page& page, const json& params) {
    const auto algorithm =
        token::digestAlgorithmFrom(params.at("digestAlgorithm").get_ref<const std::string&>());
    if (!algorithm) refuse("digestAlgorithm is not known");
    Bytes digest = decode(params, "digest");
    if (digest.size() != token::digestLength(*algorithm))
        refuse("digest has not the length of digestAlgorithm");
    const auto key = co_await signingKey(page, params.at("certificate").get_ref<const std::string&>());
    requireKeyForData(page, *key);
    if (!pki::goesWith(*algorithm, key->algorithm)) refuse("digestAlgorithm does not go with the key");
    SigningJob job;
    job.digestAlgorithm = *algorithm;
    job.digest = std::move(digest);
    job.canBeShown = false;
    page.entryOf(params).digest = toHex(job.digest);
    co_return answer(*key, *algorithm, co_await signWith(page, key, std::move(job)));
}

Answer signData(Page& page, const json& params) {
    if (params.at("format") != "raw")
        throw Error(ErrorCode::unsupported, "only raw signatures are in this version");
    if (!params.contains("data")) throw Error(ErrorCode::unsupported, "streams are not in this version");
    Bytes message = co_await decodeData(page, params, "data");
    pki::refuseReservedMessage(message);
    const auto key = co_await signingKey(page, params.at("certificate").get_ref<const std::string&>());
    requireKeyForData(page, *key);
    SigningJob job;
    job.digestAlgorithm = pki::defaultDigest(key->algorithm);
    job.digest =
        co_await hash(page, pki::messageDigest(*key->certificate.publicKey(), job.digestAlgorithm), message);
    job.pageText = params.value("description", "");
    if (message.size() <= kShortMessage) job.message = std::move(message);
    page.entryOf(params).digest = toHex(job.digest);
    const token::DigestAlgorithm algorithm = job.digestAlgorithm;
    co_return answer(*key, algorithm, co_await signWith(page, key, std::move(job)));
}

}  // namespace ukey::api
