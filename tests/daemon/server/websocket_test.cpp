// Connections that misbehave after the handshake.
#include <gtest/gtest.h>

#include <boost/asio/write.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "daemon/server/connection.hpp"
#include "tests/daemon/support/bridge_under_test.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// GCC comes with the function, but not with its header.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // NOLINT(bugprone-reserved-identifier)
#endif

namespace ukey::test {
namespace {

using nlohmann::json;

/// Octets of memory in use. A sanitizer keeps what was freed for a while, so there its allocator is asked.
std::size_t memoryInUse() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return __sanitizer_get_current_allocated_bytes();
#else
    std::ifstream status("/proc/self/statm");
    std::size_t size = 0;
    std::size_t resident = 0;
    status >> size >> resident;
    return resident * 4096;
#endif
}

/// The head of a masked text frame of that length; the mask is zero, so the content stands as it is.
std::string frameHead(std::uint64_t length) {
    std::string head = "\x81\xff";
    for (int shift = 56; shift >= 0; shift -= 8) head += static_cast<char>(length >> shift);
    return head + std::string(4, '\0');
}

class Misbehaviour : public testing::Test {
  protected:
    BridgeUnderTest bridge_;
};

TEST_F(Misbehaviour, hundredMegabyteFrame_endsTheConnectionWithItsCode_S31) {
    const std::size_t before = memoryInUse();
    Client client(bridge_.port());
    client.hello();
    SecondWriter writer(client);
    ASSERT_TRUE(writer.write(frameHead(100'000'000)));
    const std::string piece(1'000'000, 'x');
    std::thread flood([&] {
        for (int i = 0; i < 100 && writer.write(piece); ++i) {
        }
    });
    EXPECT_EQ(client.closeCode(), 1009U);
    writer.shutDown();
    flood.join();
    EXPECT_LT(memoryInUse(), before + 64UL * 1024UL * 1024UL);
    Client other(bridge_.port());
    EXPECT_EQ(other.hello().at("protocol"), "ukey.v1");
}

TEST_F(Misbehaviour, largestMessage_isStillAnswered) {
    Client client(bridge_.port());
    client.hello();
    const std::string most = R"({"jsonrpc":"2.0","id":1,"method":"tokens.list","params":{"a":")" +
                             std::string(server::kLargestMessage - 100, 'x') + R"("}})";
    client.send(most);
    EXPECT_EQ(json::parse(client.receive()).at("error").at("data").at("code"), "bad-request");
}

TEST_F(Misbehaviour, textThatIsNotUtf8_endsTheConnection) {
    Client client(bridge_.port());
    client.send("\xff\xfe");
    EXPECT_EQ(client.closeCode(), 1007U);
}

TEST_F(Misbehaviour, pageThatDoesNotRead_isBoundedAndStopsNobody_S34) {
    bridge_.plug("A");
    Client deaf(bridge_.port());
    deaf.hello();
    Client other(bridge_.port(), "https://other.example");
    other.hello();
    // The answers do not fit into the sockets' buffers, and are several times what the bridge may keep.
    const std::string text = R"({"jsonrpc":"2.0","id":1,"method":"no.such"})";
    const std::string frame =
        std::string("\x81") + static_cast<char>(0x80U | text.size()) + std::string(4, '\0') + text;
    std::string flood;
    for (int i = 0; i < 400'000; ++i) flood += frame;
    const std::size_t before = memoryInUse();
    boost::system::error_code error;
    deaf.socket().set_option(boost::asio::socket_base::receive_buffer_size(4096));
    deaf.socket().non_blocking(true);
    std::size_t sent = 0;
    int refused = 0;
    while (sent < flood.size() && refused < 200) {
        sent +=
            deaf.socket().write_some(boost::asio::buffer(flood.data() + sent, flood.size() - sent), error);
        if (!error) continue;
        ASSERT_EQ(error, boost::asio::error::would_block) << "the bridge ended the connection";
        ++refused;
        EXPECT_EQ(other.result("tokens.list").at("tokens").size(), 1U);
    }
    EXPECT_LT(sent, flood.size()) << "the bridge went on reading";
    EXPECT_LT(memoryInUse(), before + 16UL * 1024UL * 1024UL);
}

TEST_F(Misbehaviour, shutdown_saysGoodbyeToOpenPages) {
    auto bridge = std::make_unique<BridgeUnderTest>();
    Client client(bridge->port());
    client.hello();
    unsigned code = 0;
    std::thread page([&] { code = client.closeCode(); });
    bridge.reset();
    page.join();
    EXPECT_EQ(code, 1001U);
}

}  // namespace
}  // namespace ukey::test
