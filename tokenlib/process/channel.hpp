// A stream of octets in both directions between this process and a child of it, which nobody else can reach.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/process/handle.hpp"

namespace ukey::process {

/// The two ends. No child gets either, but for the one that SpawnOptions names.
struct ChannelPair {
    Handle ours;
    Handle childs;
};
/// Throws std::system_error.
ChannelPair makeChannelPair();

/// By what name a child that was started with this end as SpawnOptions::channel finds it. For its command
/// line; it is no secret.
std::string channelName(const Handle& childs);

/// In the child: the end of that name. Throws ukey::Error (bad-request) when the name is none, or nothing is
/// open there.
Handle inheritedChannel(std::string_view name);

/// One end of a channel at work. One read and one waiting write at a time.
class Channel {
  public:
    /// Owns the end from here on. Throws std::system_error when it is no end of a channel.
    Channel(const boost::asio::any_io_executor& executor, Handle end);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// Waits for octets and puts as many as there are into `room`, which must last so long, as must `error`.
    /// Error at the end of the stream, however the system calls that, and after close().
    boost::asio::awaitable<std::size_t> read(std::span<std::uint8_t> room, boost::system::error_code& error);

    /// Writes what the system takes at once, which may be nothing, without waiting. An error of the channel
    /// is none here: the reader sees it.
    std::size_t writeNow(ByteView octets) noexcept;

    /// Waits until the system has taken all; `octets` and `error` must last so long.
    boost::asio::awaitable<std::size_t> write(ByteView octets, boost::system::error_code& error);

    /// The same, holding up the thread.
    void writeAndWait(ByteView octets, boost::system::error_code& error);

    /// What reads or writes ends with an error.
    void close() noexcept;

  private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
};

}  // namespace ukey::process
