#include "daemon/server/peer.hpp"

#include <gtest/gtest.h>

// Winsock2.h must come before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
#include <iphlpapi.h>
// clang-format on

#include <boost/asio/io_context.hpp>
#include <vector>

namespace ukey::server {
namespace {

using boost::asio::ip::tcp;

/// wine 8 says 0 of every connection on some machines.
bool systemTellsOwners() {
    DWORD size = 0;
    ::GetExtendedTcpTable(nullptr, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0);
    std::vector<std::byte> octets(2 * size);
    size = static_cast<DWORD>(octets.size());
    if (::GetExtendedTcpTable(octets.data(), &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0) != NO_ERROR)
        return true;
    const auto* table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID*>(octets.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i)
        if (table->table[i].dwOwningPid != 0) return true;
    return false;
}

TEST(Peer, connectionOfThisProcess_isTheSameUsers_S48) {
    boost::asio::io_context context;
    tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
    tcp::socket client(context);
    client.connect(acceptor.local_endpoint());
    const tcp::socket served = acceptor.accept();
    if (!systemTellsOwners()) GTEST_SKIP() << "this wine tells no owner of any connection";
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
