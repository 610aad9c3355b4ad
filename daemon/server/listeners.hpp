// The loopback addresses on which the server listens.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <vector>

namespace ukey::server {

struct Listeners {
    std::vector<boost::asio::ip::tcp::acceptor> acceptors;  ///< 127.0.0.1, and ::1 where the system has it.
    std::uint16_t port = 0;
};

/// Takes the first port that is free on both addresses, so that nobody else can answer on one of them (port
/// 0: any such). Throws ukey::Error (busy) when none is.
Listeners listenOnLoopback(const boost::asio::any_io_executor& executor,
                           const std::vector<std::uint16_t>& ports);

}  // namespace ukey::server
