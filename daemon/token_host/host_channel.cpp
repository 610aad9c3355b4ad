#include "daemon/token_host/host_channel.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace ukey::host {
namespace {

namespace asio = boost::asio;
constexpr std::size_t kKeptBuffer = 65536;

}  // namespace

HostChannel::HostChannel(asio::io_context& context, int descriptor)
    : socket_(context, asio::local::stream_protocol(), descriptor) {}

asio::awaitable<std::optional<pipe::Request>> HostChannel::receive() {
    for (;;) {
        if (const auto message = input_.next()) {
            pipe::Request request = pipe::decodeRequest(*message);
            if (pipe::carriesSecret(request.command)) input_.wipeRead();
            co_return request;
        }
        const auto room = input_.room();
        boost::system::error_code error;
        const std::size_t got = co_await socket_.async_read_some(
            asio::buffer(room.data(), room.size()), asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return std::nullopt;
        input_.filled(got);
    }
}

void HostChannel::send(const pipe::HostMessage& message) {
    pipe::encode(output_, message);
    boost::system::error_code error;
    asio::write(socket_, asio::buffer(output_), error);
    if (output_.capacity() > kKeptBuffer) output_ = Bytes();
}

}  // namespace ukey::host
