// The streams of one page, in the messages of the protocol.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "daemon/server/application.hpp"
#include "daemon/stream/streams.hpp"

namespace ukey::api {

/// A stream ends unfinished, from either side.
inline constexpr std::string_view kStreamAbort = "stream.abort";

class PageStreams final : private stream::Wire {
  public:
    PageStreams(const boost::asio::any_io_executor& executor, server::Outbox& outbox);

    stream::Streams& streams() noexcept { return streams_; }

    /// A binary message of the page, of at least four octets. False when it is none of an open stream.
    bool received(ByteView message);
    /// The page sends too many small ones: its stream, if it is open, ends.
    void refuse(ByteView message);
    /// The stream that a binary message is of; it has at least four octets.
    static stream::StreamId streamOf(ByteView message);

    static bool isNotification(std::string_view method) noexcept;
    /// `stream.credit` or `stream.abort`, with params that fit the description. False when it is about no
    /// open stream.
    bool notified(std::string_view method, const nlohmann::json& params);

    void drained() { streams_.drained(); }
    /// The connection is gone; the outbox is not used any more.
    void close();

  private:
    void allow(stream::StreamId stream, std::size_t octets) override;
    void piece(stream::StreamId stream, ByteView octets) override;
    void abort(stream::StreamId stream) override;
    bool isFull() const noexcept override { return outbox_.isFull(); }

    server::Outbox& outbox_;
    stream::Streams streams_;
};

}  // namespace ukey::api
