// What makes a port ours alone differs by operating system.
#pragma once

#include <boost/asio/ip/tcp.hpp>

namespace ukey::server {

/// To be called before the socket is bound: no other process can listen on the same port, and one that a
/// process before us has just left can be taken at once.
void claimPortAlone(boost::asio::ip::tcp::acceptor& acceptor, boost::system::error_code& error);

}  // namespace ukey::server
