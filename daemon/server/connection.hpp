// One WebSocket connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "daemon/server/application.hpp"

namespace ukey::server {

/// Largest message of a page (docs/protocol/openrpc.json, x-limits).
inline constexpr std::size_t kLargestMessage = 8UL * 1024UL * 1024UL;

/// Largest message of a page that has not introduced itself.
inline constexpr std::size_t kLargestBeforeHello = 64UL * 1024UL;
/// From here on a message counts in the budget of all, and is not read on the network thread.
inline constexpr std::size_t kLargeMessage = 64UL * 1024UL;
/// Largest piece of a stream, its number included.
inline constexpr std::size_t kLargestPiece = 1024UL * 1024UL + 4UL;

class Connection {
  public:
    using Request = boost::beast::http::request<boost::beast::http::empty_body>;
    using Socket = boost::asio::ip::tcp::socket;

    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    /// Accepts the handshake and serves the page until one of the two has enough.
    virtual boost::asio::awaitable<void> serve(Request request, policy::Origin origin) = 0;

    /// Says goodbye (1001) and ends.
    virtual void goAway() = 0;
    /// Ends at once.
    virtual void abort() = 0;
};

/// What all connections share.
struct ConnectionTerms {
    Application& application;
    OctetBudget& octets;
    std::chrono::seconds messageTime;  ///< From a message's first octet to its last.
};

/// `terms` must outlive the connection.
std::shared_ptr<Connection> makeConnection(Connection::Socket socket, const ConnectionTerms& terms);

}  // namespace ukey::server
