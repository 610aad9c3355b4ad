#include "daemon/server/platform/listening_socket.hpp"

// Winsock2.h must come first.
// clang-format off
#include <winsock2.h>
// clang-format on

namespace ukey::server {

// With what Linux calls reuse_address another process could take the same port here.
void claimPortAlone(boost::asio::ip::tcp::acceptor& acceptor, boost::system::error_code& error) {
    using ExclusiveAddress = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_EXCLUSIVEADDRUSE>;
    acceptor.set_option(ExclusiveAddress(true), error);
}

}  // namespace ukey::server
