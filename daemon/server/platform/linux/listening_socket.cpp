#include "daemon/server/platform/listening_socket.hpp"

namespace ukey::server {

// Two listening sockets exclude each other here anyway; the option is about connections that are still
// closing.
void claimPortAlone(boost::asio::ip::tcp::acceptor& acceptor, boost::system::error_code& error) {
    acceptor.set_option(boost::asio::ip::tcp::acceptor::reuse_address(true), error);
}

}  // namespace ukey::server
