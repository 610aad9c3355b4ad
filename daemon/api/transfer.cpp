#include "daemon/api/transfer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "tokenlib/base/error.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

constexpr std::size_t kPieceOfParams = 256UL * 1024UL;
/// inlineDataBytes of the description, and what ciphers add to it.
constexpr std::size_t kMostInResult = 4UL * 1024UL * 1024UL + 64UL * 1024UL;

}  // namespace

std::vector<pki::Certificate> certificatesFrom(const std::vector<std::string>& texts) {
    std::vector<pki::Certificate> certificates;
    certificates.reserve(texts.size());
    for (const std::string& text : texts) certificates.push_back(pki::Certificate::fromPem(text));
    return certificates;
}

Source::Source(Page& page, std::optional<stream::StreamId> stream, std::optional<Bytes> octets) {
    if (stream)
        stream_ = page.streams.accept(*stream);
    else if (octets)
        octets_ = std::move(*octets);
}

boost::asio::awaitable<Bytes> Source::read() {
    if (stream_) {
        auto reading = stream_->read();
        co_return co_await std::move(reading);
    }
    const ByteView piece = ByteView(octets_).subspan(at_, std::min(octets_.size() - at_, kPieceOfParams));
    at_ += piece.size();
    co_return toBytes(piece);
}

Sink::Sink(Call& call, std::optional<Output> output) : page_(call.page()) {
    if (output) stream_ = &call.beginOutput();
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
