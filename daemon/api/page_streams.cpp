#include "daemon/api/page_streams.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "daemon/rpc/message.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

constexpr std::string_view kCredit = "stream.credit";
constexpr std::size_t kIdLength = 4;

}  // namespace

PageStreams::PageStreams(const boost::asio::any_io_executor& executor, server::Outbox& outbox)
    : outbox_(outbox), streams_(executor, *this) {}

stream::StreamId PageStreams::streamOf(ByteView message) {
    stream::StreamId id = 0;
    for (const std::uint8_t octet : message.first(kIdLength)) id = (id << 8U) | octet;
    return id;
}

bool PageStreams::received(ByteView message) {
    return streams_.received(streamOf(message), message.subspan(kIdLength));
}

void PageStreams::refuse(ByteView message) {
    const stream::StreamId id = streamOf(message);
    if (streams_.aborted(id)) abort(id);
}

bool PageStreams::isNotification(std::string_view method) noexcept {
    return method == kCredit || method == kStreamAbort;
}

bool PageStreams::notified(std::string_view method, const json& params) {
    const auto id = params.at("stream").get<stream::StreamId>();
    return method == kCredit ? streams_.allowed(id, params.at("bytes").get<std::size_t>())
                             : streams_.aborted(id);
}

void PageStreams::close() { streams_.close(); }

void PageStreams::allow(stream::StreamId stream, std::size_t octets) {
    outbox_.send(rpc::notificationText(kCredit, {{"stream", stream}, {"bytes", octets}}));
}

void PageStreams::piece(stream::StreamId stream, ByteView octets) {
    std::string message;
    message.reserve(kIdLength + octets.size());
    for (unsigned shift = 32; shift > 0;) {
        shift -= 8;
        message.push_back(static_cast<char>((stream >> shift) & 0xFFU));
    }
    message += asText(octets);
    outbox_.sendBinary(std::move(message));
}

void PageStreams::abort(stream::StreamId stream) {
    outbox_.send(rpc::notificationText(kStreamAbort, {{"stream", stream}}));
}

}  // namespace ukey::api
