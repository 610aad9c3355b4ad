#include "daemon/api/transfer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/rpc/message.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

constexpr std::size_t kPieceOfParams = 256UL * 1024UL;
/// inlineDataBytes of the description, and what ciphers add to it.
constexpr std::size_t kMostInResult = 4UL * 1024UL * 1024UL + 64UL * 1024UL;

}  // namespace

Bytes decodeMember(const json& params, const char* member) {
    auto octets = fromBase64Url(params.at(member).get_ref<const std::string&>());
    if (!octets)
        throw rpc::BadMessage(rpc::kInvalidParams, std::string(member) + " is not base64url without padding");
    return std::move(*octets);
}

std::vector<pki::Certificate> certificatesListed(const json& params, const char* member) {
    std::vector<pki::Certificate> certificates;
    if (const auto list = params.find(member); list != params.end()) {
        for (const json& pem : *list)
            certificates.push_back(pki::Certificate::fromPem(pem.get_ref<const std::string&>()));
    }
    return certificates;
}

Source::Source(Page& page, const json& params, const char* member)
    : page_(page), params_(params), member_(member) {
    const auto name = params.find("stream");
    if (name != params.end()) stream_ = page.streams.accept(name->get<stream::StreamId>());
}

boost::asio::awaitable<Bytes> Source::read() {
    if (stream_) {
        auto reading = stream_->read();
        co_return co_await std::move(reading);
    }
    if (!decoded_) {
        const auto decode = [&] { return decodeMember(params_, member_); };
        const std::size_t length = params_.at(member_).get_ref<const std::string&>().size();
        auto decoding = runWhere(page_, length, decode);
        rest_ = co_await std::move(decoding);
        decoded_ = true;
    }
    const ByteView piece = ByteView(rest_).subspan(at_, std::min(rest_.size() - at_, kPieceOfParams));
    at_ += piece.size();
    co_return toBytes(piece);
}

Sink::Sink(Page& page, const json& params) : page_(page) {
    if (params.contains("output")) stream_ = &page.beginOutput(params);
}

boost::asio::awaitable<void> Sink::write(ByteView octets) {
    if (stream_) {
        auto writing = stream_->write(octets);
        co_await std::move(writing);
        co_return;
    }
    if (kept_.size() + octets.size() > kMostInResult)
        throw Error(ErrorCode::tooLarge, "more than 4 MiB need a stream");
    kept_.insert(kept_.end(), octets.begin(), octets.end());
}

boost::asio::awaitable<void> Sink::finish(const char* member, json& result) {
    if (stream_) co_return;
    const auto encode = [&] { return toBase64Url(kept_); };
    auto encoding = runWhere(page_, kept_.size(), encode);
    result[member] = co_await std::move(encoding);
}

}  // namespace ukey::api
