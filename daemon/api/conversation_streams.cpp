// What a conversation has to do with streams.
#include <utility>

#include "daemon/api/conversation.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

constexpr std::string_view kStreamAbort = "stream.abort";
/// What a stream needs to go on is no request; in smaller portions than these it counts like one.
constexpr std::size_t kPortion = 4096;

}  // namespace

void Conversation::receivedBinary(ByteView bytes) {
    if (bytes.size() < 4) return;
    const bool isSmall = bytes.size() > 4 && bytes.size() < kPortion;
    if (isSmall && !isWithinRate()) return streams_.refuse(bytes);
    if (streams_.received(bytes) || !isWithinRate()) return;
    const Error none(ErrorCode::badRequest, "no such stream");
    send(rpc::notificationText(kStreamAbort, {{"stream", PageStreams::streamOf(bytes)},
                                              {"error", rpc::errorData(none, page_.session->language)}}));
}

/// Whether it was said of an open stream, and is dealt with.
bool Conversation::takeOfStream(const rpc::Envelope& envelope, std::size_t octets) {
    if (envelope.fault() || envelope.wantsAnswer() || !PageStreams::isNotification(envelope.method()))
        return false;
    if (octets > kPortion) return false;
    try {
        validators_.small.check(envelope.method(), envelope.params());
    } catch (const Error&) {
        return false;
    }
    const auto bytes = envelope.params().find("bytes");
    const bool isSmall = bytes != envelope.params().end() && bytes->get<std::size_t>() < kPortion;
    if (isSmall && !isWithinRate()) return true;
    return streams_.notified(envelope.method(), envelope.params());
}

stream::Outgoing& Conversation::beginOutput(const json& params) {
    const auto call = outputs_.find(&params);
    if (call == outputs_.end()) throw Error(ErrorCode::badRequest, "a call without an id has no output");
    call->second.stream = streams_.streams().open();
    send(rpc::resultText(call->second.envelope.id(), {{"output", call->second.stream->id()}}));
    return *call->second.stream;
}

/// False for a call that is still to be answered.
bool Conversation::endOutput(const rpc::Envelope& envelope, const json& result) {
    const auto call = outputs_.extract(&envelope.params());
    if (call.empty() || !call.mapped().stream) return false;
    call.mapped().stream->end();
    send(rpc::notificationText("stream.ended", {{"stream", call.mapped().stream->id()}, {"result", result}}));
    return true;
}

/// The same.
bool Conversation::abortOutput(const rpc::Envelope& envelope, const Error& error) {
    const auto call = outputs_.extract(&envelope.params());
    if (call.empty() || !call.mapped().stream) return false;
    send(rpc::notificationText(kStreamAbort, {{"stream", call.mapped().stream->id()},
                                              {"error", rpc::errorData(error, page_.session->language)}}));
    return true;
}

}  // namespace ukey::api
