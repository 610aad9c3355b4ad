// Connections that misbehave after the handshake.
#include <gtest/gtest.h>

#include <boost/asio/write.hpp>
#include <chrono>
#include <fstream>
#include <list>
#include <nlohmann/json.hpp>
#include <thread>

#include "daemon/server/connection.hpp"
#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/daemon/support/eventually.hpp"

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

TEST_F(Misbehaviour, largeMessageBeforeHello_endsTheConnection_S31) {
    Client client(bridge_.port());
    client.send(std::string(server::kLargestBeforeHello + 1, ' '));
    EXPECT_EQ(client.closeCode(), 1009U);
    Client patient(bridge_.port());
    patient.send(std::string(server::kLargestBeforeHello, ' '));
    EXPECT_EQ(json::parse(patient.receive()).at("error").at("data").at("code"), "bad-request");
}

TEST_F(Misbehaviour, frameLengthWithItsTopBitSet_endsTheConnection_S31) {
    for (const std::uint64_t length : {0x8000'0000'0000'0000U, 0x8000'0000'0000'0010U, ~std::uint64_t{0}}) {
        Client client(bridge_.port());
        client.hello();
        SecondWriter writer(client);
        ASSERT_TRUE(writer.write(frameHead(length)));
        EXPECT_NE(client.closeCode(), 1000U);
        EXPECT_EQ(Client(bridge_.port()).hello().at("protocol"), "ukey.v1");
    }
}

TEST_F(Misbehaviour, messageThatIsNeverFinished_endsWithItsTime_S34) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.limits.messageSeconds = 1;
    BridgeUnderTest bridge(configuration);
    Client client(bridge.port());
    client.hello();
    SecondWriter writer(client);
    ASSERT_TRUE(writer.write(frameHead(100'000) + "{"));
    EXPECT_EQ(client.closeCode(), 1008U);
}

/// Starts messages of 8 MiB and ends none; pages of four sub-domains are one site.
TEST_F(Misbehaviour, unfinishedMessagesOfManyConnections_takeLittleAndStopNobody_S34) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    for (int i = 0; i < 4; ++i)
        configuration.origins.push_back(
            {policy::OriginPattern::parse("https://p" + std::to_string(i) + ".greedy.example"), {}, {}});
    BridgeUnderTest bridge(configuration);
    bridge.plug("A");
    const std::size_t before = memoryInUse();
    struct Greedy {
        Greedy(std::uint16_t port, const std::string& origin, const std::string& part)
            : client(port, origin),
              writer((client.hello(), client)),
              writing([this, &part] { writer.write(part); }) {}
        ~Greedy() {
            writer.shutDown();
            writing.join();
        }
        Client client;
        SecondWriter writer;
        std::thread writing;  // It may be cut off, or read slowly.
    };
    const std::string part =
        frameHead(server::kLargestMessage) + std::string(server::kLargestMessage - 1000, 'x');
    std::list<Greedy> greedy;
    for (int i = 0; i < 120; ++i) {
        greedy.emplace_back(bridge.port(), "https://p" + std::to_string(i % 4) + ".greedy.example", part);
        // Whole they would be 960 MiB. A buffer that grows is there twice for a moment.
        ASSERT_LT(memoryInUse(), before + 384UL * 1024UL * 1024UL) << i;
    }
    Client honest(bridge.port());
    honest.hello();
    const std::string large = R"({"jsonrpc":"2.0","id":1,"method":"tokens.list","params":{"a":")" +
                              std::string(5'000'000, 'x') + R"("}})";
    honest.send(large);
    EXPECT_EQ(json::parse(honest.receive()).at("error").at("data").at("code"), "bad-request");
    EXPECT_EQ(honest.result("tokens.list").at("tokens").size(), 1U);
}

TEST_F(Misbehaviour, pings_areCountedLikeRequests_S34) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.limits.rate = 1;
    configuration.limits.burst = 20;
    BridgeUnderTest bridge(configuration);
    Client client(bridge.port());
    client.hello();
    const std::string ping("\x89\x80\0\0\0\0", 6);
    SecondWriter writer(client);
    for (int i = 0; i < 100 && writer.write(ping); ++i) {
    }
    EXPECT_EQ(client.closeCode(), 0U);
}

TEST_F(Misbehaviour, textThatIsNotUtf8_endsTheConnection) {
    Client client(bridge_.port());
    client.send("\xff\xfe");
    EXPECT_EQ(client.closeCode(), 1007U);
}

/// Requests, the answers to which do not fit into the sockets' buffers, and are several times what the bridge
/// may keep.
std::string manyRequests() {
    const std::string text = R"({"jsonrpc":"2.0","id":1,"method":"no.such"})";
    const std::string frame =
        std::string("\x81") + static_cast<char>(0x80U | text.size()) + std::string(4, '\0') + text;
    std::string flood;
    for (int i = 0; i < 400'000; ++i) flood += frame;
    return flood;
}

/// Sends requests and reads no answer until the bridge, in thousands of turns of its loop, takes no more;
/// gives how much went out.
std::size_t floodWithoutReading(BridgeUnderTest& bridge, Client& deaf, const std::string& flood) {
    boost::system::error_code error;
    deaf.socket().set_option(boost::asio::socket_base::receive_buffer_size(4096));
    deaf.socket().non_blocking(true);
    std::size_t sent = 0;
    int refused = 0;
    while (sent < flood.size() && refused < 20000) {
        sent +=
            deaf.socket().write_some(boost::asio::buffer(flood.data() + sent, flood.size() - sent), error);
        if (error && error != boost::asio::error::would_block)
            throw std::runtime_error("the bridge ended the connection");
        refused = error ? refused + 1 : 0;
        if (error) bridge.inLoop([] {});
    }
    return sent;
}

TEST_F(Misbehaviour, pageThatDoesNotRead_isBoundedAndStopsNobody_S34) {
    bridge_.plug("A");
    Client deaf(bridge_.port());
    deaf.hello();
    Client other(bridge_.port(), "https://other.example");
    other.hello();
    const std::string flood = manyRequests();
    const std::size_t before = memoryInUse();
    const std::size_t sent = floodWithoutReading(bridge_, deaf, flood);
    EXPECT_LT(sent, flood.size()) << "the bridge went on reading";
    EXPECT_LT(memoryInUse(), before + 16UL * 1024UL * 1024UL);
    for (int i = 0; i < 200; ++i) EXPECT_EQ(other.result("tokens.list").at("tokens").size(), 1U);
}

TEST_F(Misbehaviour, pageThatDidNotReadAndIsGone_losesItsLoginAndItsPlace_S34) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.limits.connectionsPerOrigin = 1;
    configuration.limits.rate = 1e6;
    configuration.limits.burst = 1e6;
    configuration.resumeSeconds = 0;
    BridgeUnderTest bridge(configuration);
    const auto token = bridge.plug("A");
    Client deaf(bridge.port());
    deaf.hello();
    deaf.result("pin.verify", {{"token", deaf.result("tokens.list").at("tokens").at(0).at("id")}});
    floodWithoutReading(bridge, deaf, manyRequests());
    EXPECT_EQ(handshakeStatus(bridge.port(), {}), "503") << "its place is taken";
    deaf.drop();
    waitUntil([&] { return bridge.inLoop([&] { return !bridge.hosts().isLoggedIn(token); }); });
    waitUntil([&] { return handshakeStatus(bridge.port(), {}) == "101"; });
}

/// The time for the request and the peer's end come in one turn of the loop, where asio can take neither
/// back. What goes wrong is seen by AddressSanitizer.
TEST_F(Misbehaviour, peerThatGoesAsItsTimeRunsOut_harmsNobody) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.limits.handshakeSeconds = 1;
    BridgeUnderTest bridge(configuration);
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket silent(context);
    silent.connect({boost::asio::ip::address_v4::loopback(), bridge.port()});
    // When another is answered, the silent one was accepted before and waits.
    EXPECT_EQ(handshakeStatus(bridge.port(), {.target = "/"}), "404");
    const auto ends = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    bridge.inLoop([&] {
        silent.close();
        std::this_thread::sleep_until(ends);
    });
    EXPECT_EQ(Client(bridge.port()).hello().at("protocol"), "ukey.v1");
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
