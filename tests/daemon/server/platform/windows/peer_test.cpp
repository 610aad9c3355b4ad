#include "daemon/server/peer.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace ukey::server {
namespace {

using boost::asio::ip::tcp;

TEST(Peer, connectionOfThisProcess_isTheSameUsers_S48) {
    boost::asio::io_context context;
    tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
    tcp::socket client(context);
    client.connect(acceptor.local_endpoint());
    tcp::socket served = acceptor.accept();
    // wine finds the owner of a socket only after the process has used it itself: until then its server has
    // it.
    char octet = 'x';
    boost::asio::write(client, boost::asio::buffer(&octet, 1));
    boost::asio::read(served, boost::asio::buffer(&octet, 1));
    PeerLookup lookup;
    EXPECT_TRUE(lookup.isSameUser(served.local_endpoint(), served.remote_endpoint()));
}

TEST(Peer, connectionThatIsNotThere_isNobodys_S48) {
    boost::asio::io_context context;
    tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
    PeerLookup lookup;
    EXPECT_FALSE(lookup.isSameUser(acceptor.local_endpoint(), {boost::asio::ip::address_v4::loopback(), 1}));
    EXPECT_FALSE(lookup.isSameUser(acceptor.local_endpoint(), {boost::asio::ip::address_v6::loopback(), 1}));
}

}  // namespace
}  // namespace ukey::server
