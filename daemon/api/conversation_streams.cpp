// What a conversation has to do with streams.
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/conversation.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

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

}  // namespace ukey::api
