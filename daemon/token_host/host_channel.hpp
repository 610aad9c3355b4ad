// The host's end of the socket to ukeyd.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <optional>

#include "tokenlib/pipe/frames.hpp"
#include "tokenlib/pipe/messages.hpp"

namespace ukey::host {

class HostChannel {
  public:
    /// Owns the descriptor from here on. Throws std::system_error when it is no stream socket.
    HostChannel(boost::asio::io_context& context, int descriptor);

    /// The next request; nothing at the end of the stream. Throws driver-error when ukeyd speaks nonsense.
    boost::asio::awaitable<std::optional<pipe::Request>> receive();

    /// Returns when ukeyd can read it all: there is one peer, and it always reads. A peer that is gone is no
    /// error here, `receive` sees the end.
    void send(const pipe::HostMessage& message);

  private:
    boost::asio::local::stream_protocol::socket socket_;
    pipe::FrameReader input_;
    Bytes output_;
};

}  // namespace ukey::host
