#include "tests/bench/support/echo_server.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace ukey::bench {
namespace {
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::use_awaitable;

void readFully(int fd, void* data, std::size_t size) {
    auto* at = static_cast<char*>(data);
    while (size > 0) {
        const ssize_t n = ::read(fd, at, size);
        if (n <= 0) ::_exit(0);
        at += n;
        size -= static_cast<std::size_t>(n);
    }
}

[[noreturn]] void echoHelper(int fd) {
    std::vector<char> message;
    for (;;) {
        std::uint32_t length = 0;
        readFully(fd, &length, sizeof length);
        message.resize(sizeof length + length);
        std::memcpy(message.data(), &length, sizeof length);
        readFully(fd, message.data() + sizeof length, length);
        if (::write(fd, message.data(), message.size()) < 0) ::_exit(0);
    }
}

asio::awaitable<void> serve(asio::ip::tcp::socket socket, asio::local::stream_protocol::socket& helper) {
    socket.set_option(asio::ip::tcp::no_delay(true));
    beast::websocket::stream<asio::ip::tcp::socket> stream(std::move(socket));
    stream.set_option(beast::websocket::stream_base::decorator([](beast::websocket::response_type& response) {
        response.set(beast::http::field::sec_websocket_protocol, "ukey.v1");
    }));
    co_await stream.async_accept(use_awaitable);
    stream.text(true);
    beast::flat_buffer buffer;
    std::vector<char> frame;
    for (;;) {
        buffer.clear();
        co_await stream.async_read(buffer, use_awaitable);
        auto length = static_cast<std::uint32_t>(buffer.size());
        const std::array<asio::const_buffer, 2> request{asio::buffer(&length, sizeof length), buffer.cdata()};
        co_await asio::async_write(helper, request, use_awaitable);
        co_await asio::async_read(helper, asio::buffer(&length, sizeof length), use_awaitable);
        frame.resize(length);
        co_await asio::async_read(helper, asio::buffer(frame), use_awaitable);
        co_await stream.async_write(asio::buffer(frame), use_awaitable);
    }
}

asio::awaitable<void> acceptLoop(asio::ip::tcp::acceptor& acceptor,
                                 asio::local::stream_protocol::socket& helper) {
    for (;;) {
        auto socket = co_await acceptor.async_accept(use_awaitable);
        try {
            co_await serve(std::move(socket), helper);
        } catch (const boost::system::system_error&) {
            // The client went; the next one comes.
        }
    }
}

}  // namespace

EchoServer::EchoServer() {
    asio::io_context context(1);
    asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    port_ = acceptor.local_endpoint().port();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) ::_exit(1);
    if (::fork() == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(ends[0]);
        echoHelper(ends[1]);
    }
    ::close(ends[1]);
    asio::local::stream_protocol::socket helper(context, asio::local::stream_protocol(), ends[0]);
    asio::co_spawn(context, acceptLoop(acceptor, helper), asio::detached);
    context.run();
    ::_exit(0);
}

EchoServer::~EchoServer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

}  // namespace ukey::bench
