// ukey-relay PORT: hands connections on to 127.0.0.1:PORT as its own. Under wine a program of Linux has no
// owner that ukeyd could know; through this it comes as a program of the user. Says on which port it listens.
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Pair {
    Pair(tcp::socket one, tcp::socket other) : page(std::move(one)), daemon(std::move(other)) {}

    tcp::socket page;
    tcp::socket daemon;
};

asio::awaitable<void> copy(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to) {
    std::array<char, 65536> octets{};
    boost::system::error_code error;
    while (!error) {
        const auto size = co_await from.async_read_some(asio::buffer(octets),
                                                        asio::redirect_error(asio::use_awaitable, error));
        if (error) break;
        co_await asio::async_write(to, asio::buffer(octets.data(), size),
                                   asio::redirect_error(asio::use_awaitable, error));
    }
    boost::system::error_code ignored;
    pair->page.close(ignored);
    pair->daemon.close(ignored);
}

asio::awaitable<void> relay(tcp::socket page, tcp::endpoint target) {
    const auto executor = co_await asio::this_coro::executor;
    const auto pair = std::make_shared<Pair>(std::move(page), tcp::socket(executor));
    boost::system::error_code error;
    co_await pair->daemon.async_connect(target, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        std::fprintf(stderr, "no way to ukeyd: %s\n", error.message().c_str());
        co_return;
    }
    asio::co_spawn(executor, copy(pair, pair->page, pair->daemon), asio::detached);
    asio::co_spawn(executor, copy(pair, pair->daemon, pair->page), asio::detached);
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, tcp::endpoint target) {
    for (;;) {
        tcp::socket page = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), relay(std::move(page), target), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    asio::io_context context(1);
    const tcp::endpoint target(asio::ip::address_v4::loopback(),
                               static_cast<unsigned short>(std::strtoul(argv[1], nullptr, 10)));
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    asio::co_spawn(context, accept(acceptor, target), asio::detached);
    std::printf("relay on %u\n", acceptor.local_endpoint().port());
    std::fflush(stdout);
    context.run();
    return 0;
}
