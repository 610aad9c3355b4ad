// The two ends of the pipe between ukeyd and a token host.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include "tokenlib/pipe/frames.hpp"
#include "tokenlib/pipe/messages.hpp"
#include "tokenlib/process/channel.hpp"

namespace ukey::pipe {

/// What both ends do to read: waits for whole messages.
class FrameSource {
  public:
    FrameSource(const boost::asio::any_io_executor& executor, process::Handle end)
        : channel_(executor, std::move(end)) {}

    /// The next message, valid until the next call; nothing at the end of the stream. Throws driver-error for
    /// a length out of range.
    boost::asio::awaitable<std::optional<ByteView>> next();
    /// The last message held a secret and is not needed any more.
    void wipeRead() noexcept { frames_.wipeRead(); }
    process::Channel& channel() noexcept { return channel_; }

  private:
    process::Channel channel_;
    FrameReader frames_;
};

/// ukeyd's end. A host that does not read holds nobody up.
class DaemonEnd : public std::enable_shared_from_this<DaemonEnd> {
  public:
    /// Owns the handle from here on. Throws std::system_error.
    DaemonEnd(boost::asio::any_io_executor executor, process::Handle end);
    DaemonEnd(const DaemonEnd&) = delete;
    DaemonEnd& operator=(const DaemonEnd&) = delete;

    /// The next message; nothing at the end of the stream, and after close(). The first one is Ready, of our
    /// version, or Failed. Throws driver-error when the host speaks nonsense, driver-crashed when it is of
    /// another version.
    boost::asio::awaitable<std::optional<HostMessage>> receive();

    /// Usually one system call, and all of it; what the channel does not take is sent as soon as it does.
    /// Throws too-large or driver-error for what breaks the limits of the pipe. Of a secret no copy stays
    /// here. That the host is gone is no error, `receive` sees the end.
    void send(std::uint64_t id, const Command& command);

    void close() noexcept { source_.channel().close(); }

  private:
    boost::asio::awaitable<void> drain();
    void keepUnsent(ByteView octets);

    boost::asio::any_io_executor executor_;
    FrameSource source_;
    bool greeted_ = false;
    Bytes frame_;                ///< The frame that is being sent.
    Bytes unsent_;               ///< What the channel did not take yet.
    bool unsentSecret_ = false;  ///< Some of it is a secret.
    bool draining_ = false;
};

/// The host's end.
class HostEnd {
  public:
    /// Owns the handle from here on. Throws std::system_error.
    HostEnd(const boost::asio::any_io_executor& executor, process::Handle end)
        : source_(executor, std::move(end)) {}

    /// The next request; nothing at the end of the stream. Throws driver-error when ukeyd speaks nonsense.
    boost::asio::awaitable<std::optional<Request>> receive();

    /// Returns when ukeyd can read it all: there is one peer, and it always reads. A peer that is gone is no
    /// error here, `receive` sees the end. Throws as `encode` does.
    void send(const HostMessage& message);

  private:
    FrameSource source_;
    Bytes frame_;
};

}  // namespace ukey::pipe
