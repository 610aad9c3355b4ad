#include "tokenlib/process/channel.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <system_error>

#include "tokenlib/base/error.hpp"
#include "tokenlib/process/platform/linux/channel_descriptor.hpp"

namespace ukey::process {

namespace asio = boost::asio;

ChannelPair makeChannelPair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
    return {Handle(ends[0]), Handle(ends[1])};
}

std::string channelName(const Handle&) { return std::to_string(kChannelDescriptor); }

Handle inheritedChannel(std::string_view name) {
    if (name != std::to_string(kChannelDescriptor) || ::fcntl(kChannelDescriptor, F_SETFD, FD_CLOEXEC) != 0)
        throw Error(ErrorCode::badRequest, "no channel \"" + std::string(name) + "\" was inherited");
    return Handle(kChannelDescriptor);
}

struct Channel::Stream {
    explicit Stream(const asio::any_io_executor& executor) : socket(executor) {}
    asio::local::stream_protocol::socket socket;
};

Channel::Channel(const asio::any_io_executor& executor, Handle end)
    : stream_(std::make_unique<Stream>(executor)) {
    boost::system::error_code error;
    stream_->socket.assign(asio::local::stream_protocol(), static_cast<int>(end.value()), error);
    if (error) throw std::system_error(error.value(), std::generic_category(), "channel");
    (void)end.release();
}

Channel::~Channel() = default;

asio::awaitable<std::size_t> Channel::read(std::span<std::uint8_t> room, boost::system::error_code& error) {
    return stream_->socket.async_read_some(asio::buffer(room.data(), room.size()),
                                           asio::redirect_error(asio::use_awaitable, error));
}

// By the system call itself: Asio's socket would wait, as writeAndWait wants it to.
std::size_t Channel::writeNow(ByteView octets) noexcept {
    const ssize_t sent =
        ::send(stream_->socket.native_handle(), octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

asio::awaitable<std::size_t> Channel::write(ByteView octets, boost::system::error_code& error) {
    return asio::async_write(stream_->socket, asio::buffer(octets.data(), octets.size()),
                             asio::redirect_error(asio::use_awaitable, error));
}

void Channel::writeAndWait(ByteView octets, boost::system::error_code& error) {
    (void)asio::write(stream_->socket, asio::buffer(octets.data(), octets.size()), error);
}

void Channel::close() noexcept {
    boost::system::error_code ignored;
    stream_->socket.close(ignored);
}

}  // namespace ukey::process
