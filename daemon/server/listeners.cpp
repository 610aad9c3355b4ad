#include "daemon/server/listeners.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <optional>
#include <string>

#include "daemon/server/platform/listening_socket.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::server {
namespace {

using boost::asio::ip::tcp;
using ErrorCodeOf = boost::system::error_code;

constexpr int kTriesForAnyPort = 16;

bool listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, ErrorCodeOf& error) {
    acceptor.open(endpoint.protocol(), error);
    if (error) return false;
    claimPortAlone(acceptor, error);
    if (!error && endpoint.address().is_v6()) acceptor.set_option(boost::asio::ip::v6_only(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    return !error;
}

std::optional<Listeners> listenOn(const boost::asio::any_io_executor& executor, std::uint16_t port) {
    ErrorCodeOf error;
    Listeners listeners;
    tcp::acceptor v4(executor);
    if (!listen(v4, {boost::asio::ip::address_v4::loopback(), port}, error)) return std::nullopt;
    listeners.port = v4.local_endpoint().port();
    tcp::acceptor v6(executor);
    const bool both = listen(v6, {boost::asio::ip::address_v6::loopback(), listeners.port}, error);
    // A system without IPv6 has no ::1 that somebody else could take.
    if (!both && error == boost::asio::error::address_in_use) return std::nullopt;
    listeners.acceptors.push_back(std::move(v4));
    if (both) listeners.acceptors.push_back(std::move(v6));
    return listeners;
}

}  // namespace

Listeners listenOnLoopback(const boost::asio::any_io_executor& executor,
                           const std::vector<std::uint16_t>& ports) {
    std::string tried;
    for (const std::uint16_t port : ports) {
        for (int i = 0; i < (port == 0 ? kTriesForAnyPort : 1); ++i) {
            if (auto listeners = listenOn(executor, port)) return std::move(*listeners);
        }
        tried += (tried.empty() ? "" : ", ") + std::to_string(port);
    }
    throw Error(ErrorCode::busy, "no free port among " + tried);
}

}  // namespace ukey::server
