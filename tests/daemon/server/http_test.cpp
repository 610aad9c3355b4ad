// The server over real sockets: everything that must not get in, and what HTTP there is.
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <list>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/daemon/support/eventually.hpp"

namespace ukey::test {
namespace {

using boost::asio::ip::tcp;
using nlohmann::json;

std::string get(const std::string& target, const std::string& host, const std::string& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
}

class RunningServer : public testing::Test {
  protected:
    std::string ours() const { return "127.0.0.1:" + std::to_string(bridge_.port()); }
    std::string status(const Handshake& handshake) { return handshakeStatus(bridge_.port(), handshake); }

    BridgeUnderTest bridge_;
};

TEST_F(RunningServer, properHandshake_isAccepted) { EXPECT_EQ(status({}), "101"); }

TEST_F(RunningServer, properHandshakeOverIpv6_isAccepted) {
    Client client(bridge_.port(), kPortal, true);
    EXPECT_EQ(client.hello().at("protocol"), "ukey.v1");
}

TEST_F(RunningServer, foreignOrigin_isRefused_S2_S5) {
    EXPECT_EQ(status({.origin = "https://evil.example"}), "403");
}
TEST_F(RunningServer, nullOrigin_isRefused_S2) { EXPECT_EQ(status({.origin = "null"}), "403"); }
TEST_F(RunningServer, noOrigin_isRefused_S2) { EXPECT_EQ(status({.origin = std::nullopt}), "403"); }
TEST_F(RunningServer, twoOrigins_areRefused_S2) {
    EXPECT_EQ(status({.extra = "Origin: https://portal.example\r\n"}), "403");
}
TEST_F(RunningServer, wrongHost_isRefused_S6) {
    EXPECT_EQ(status({.host = "rebind.example:" + std::to_string(bridge_.port())}), "421");
}
TEST_F(RunningServer, wrongPortInHost_isRefused_S6) { EXPECT_EQ(status({.host = "127.0.0.1:1"}), "421"); }
TEST_F(RunningServer, noSubprotocol_isRefused) { EXPECT_EQ(status({.subprotocol = ""}), "400"); }
TEST_F(RunningServer, otherVersion_isToldToUpgrade) { EXPECT_EQ(status({.version = "8"}), "426"); }
TEST_F(RunningServer, otherPath_isNotThere_S7) { EXPECT_EQ(status({.target = "/"}), "404"); }

TEST_F(RunningServer, health_saysNothingButNameProtocolAndVersion_S61_S66) {
    const std::string answer =
        exchange(bridge_.port(), get("/health", ours(), "Origin: https://stranger.example\r\n"));
    EXPECT_EQ(statusOf(answer), "200");
    EXPECT_EQ(json::parse(bodyOf(answer)),
              (json{{"name", "ukeyd"}, {"protocol", "ukey.v1"}, {"version", "1.2.3"}}));
    EXPECT_NE(answer.find("\r\nAccess-Control-Allow-Origin: https://stranger.example\r\n"),
              std::string::npos);
    EXPECT_NE(answer.find("\r\nVary: Origin\r\n"), std::string::npos);
    EXPECT_EQ(answer.find("Access-Control-Allow-Credentials"), std::string::npos);
}

TEST_F(RunningServer, healthWithoutAnOrigin_allowsNone) {
    const std::string answer = exchange(bridge_.port(), get("/health", ours()));
    EXPECT_EQ(statusOf(answer), "200");
    EXPECT_EQ(answer.find("Access-Control"), std::string::npos);
}

TEST_F(RunningServer, everyAnswer_forbidsSniffingStoringAndScripts_S9) {
    for (const std::string target : {"/health", "/ukey/v1", "/nowhere"}) {
        const std::string answer = exchange(bridge_.port(), get(target, ours()));
        for (const std::string field :
             {"X-Content-Type-Options: nosniff", "Cache-Control: no-store",
              "Content-Security-Policy: default-src 'none'",
              "Cross-Origin-Resource-Policy: ", "Content-Type: application/json", "Connection: close"})
            EXPECT_NE(answer.find("\r\n" + field), std::string::npos) << target << " " << field;
    }
}

TEST_F(RunningServer, answers_holdNothingOfTheRequest_S8) {
    for (const std::string target : {"/nowhere-4711", "/health?4711", "/ukey/v1?callback=4711"}) {
        const std::string answer =
            exchange(bridge_.port(), get(target, ours(), "Origin: javascript:4711\r\nX-Thing: 4711\r\n"));
        EXPECT_EQ(answer.find("4711"), std::string::npos) << answer;
    }
}

TEST_F(RunningServer, requestWithABody_isRefused_S7) {
    EXPECT_EQ(statusOf(exchange(bridge_.port(), get("/health", ours(), "Content-Length: 2\r\n") + "{}")),
              "400");
    EXPECT_EQ(statusOf(exchange(bridge_.port(), "POST /health HTTP/1.1\r\nHost: " + ours() +
                                                    "\r\nContent-Length: 0\r\n\r\n")),
              "405");
}

TEST_F(RunningServer, hugeHeader_isRefused_S31) {
    EXPECT_EQ(statusOf(exchange(bridge_.port(),
                                get("/health", ours(), "X: " + std::string(64UL * 1024UL, 'x') + "\r\n"))),
              "431");
}

TEST_F(RunningServer, sixteenKibibytesOfCookies_areNoHindrance) {
    std::string cookies;
    for (int i = 0; i < 4; ++i) cookies += "c" + std::to_string(i) + "=" + std::string(4096, 'x') + "; ";
    EXPECT_EQ(status({.extra = "Cookie: " + cookies + "\r\n"}), "101");
    EXPECT_EQ(statusOf(exchange(bridge_.port(), get("/health", ours(), "Cookie: " + cookies + "\r\n"))),
              "200");
}

TEST_F(RunningServer, refusals_canBeReadByAPageOfAnAllowedOriginAlone) {
    const std::string allowed = "Origin: https://portal.example\r\n";
    const std::string foreign = "Origin: https://evil.example\r\n";
    const std::string huge = "X: " + std::string(100UL * 1024UL, 'x') + "\r\n";
    const auto answers = [&](const std::string& origin) {
        return std::vector<std::string>{
            exchange(bridge_.port(), get("/nowhere", ours(), origin)),
            exchange(bridge_.port(), get("/ukey/v1", ours(), origin)),
            exchange(bridge_.port(), get("/health", "rebind.example", origin)),
            exchange(bridge_.port(), get("/health", ours(), origin + "Content-Length: 2\r\n") + "{}"),
            exchange(bridge_.port(), get("/health", ours(), origin + huge)),
            exchange(bridge_.port(), get("/health", ours(), origin + "no field\r\n"))};
    };
    for (const std::string& answer : answers(allowed)) {
        EXPECT_NE(answer.find("\r\nAccess-Control-Allow-Origin: https://portal.example\r\n"),
                  std::string::npos)
            << answer;
        EXPECT_NE(answer.find("\r\nCross-Origin-Resource-Policy: cross-origin\r\n"), std::string::npos)
            << answer;
        EXPECT_NE(statusOf(answer), "200");
    }
    for (const std::string& answer : answers(foreign)) {
        EXPECT_EQ(answer.find("Access-Control"), std::string::npos) << answer;
        EXPECT_NE(statusOf(answer), "200");
    }
}

TEST_F(RunningServer, keyThatIsTwiceOrNoKey_isRefused) {
    EXPECT_EQ(status({.extra = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"}), "400");
}

TEST_F(RunningServer, whatIsNoHttp_isRefused) {
    EXPECT_EQ(statusOf(exchange(bridge_.port(), "\x16\x03\x01\r\n\r\n")), "400");
    EXPECT_EQ(statusOf(exchange(bridge_.port(), "GET / HTTP/9.9\r\n\r\n")), "400");
    EXPECT_EQ(statusOf(exchange(bridge_.port(), std::string("GET /\0 HTTP/1.1\r\n\r\n", 19))), "400");
}

TEST_F(RunningServer, silentConnections_doNotKeepOthersOut) {
    boost::asio::io_context context;
    std::list<tcp::socket> silent;
    for (int i = 0; i < 100; ++i) {
        silent.emplace_back(context);
        silent.back().connect({boost::asio::ip::address_v4::loopback(), bridge_.port()});
    }
    EXPECT_EQ(status({}), "101");
    // The oldest were let go for the newest; the newest still can speak.
    boost::system::error_code error;
    std::string rest;
    boost::asio::read(silent.front(), boost::asio::dynamic_buffer(rest), error);
    EXPECT_TRUE(error);
    boost::asio::write(silent.back(), boost::asio::buffer(get("/health", ours())));
    boost::asio::read(silent.back(), boost::asio::dynamic_buffer(rest), error);
    EXPECT_EQ(statusOf(rest), "200");
}

TEST_F(RunningServer, halfARequest_doesNotHoldUpAnother_S34) {
    boost::asio::io_context context;
    tcp::socket slow(context);
    slow.connect({boost::asio::ip::address_v4::loopback(), bridge_.port()});
    boost::asio::write(slow, boost::asio::buffer(std::string("GET /health HT")));
    EXPECT_EQ(status({}), "101");
}

TEST(ServerPorts, firstFreeOne_isTaken) {
    boost::asio::io_context context;
    tcp::acceptor taken(context, {boost::asio::ip::address_v4::loopback(), 0});
    const std::uint16_t busy = taken.local_endpoint().port();
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.ports = {busy, 0};
    BridgeUnderTest bridge(configuration);
    EXPECT_NE(bridge.port(), busy);
    EXPECT_EQ(handshakeStatus(bridge.port(), {}), "101");
}

TEST(ServerPorts, portTakenOnIpv6Alone_isNotUsed) {
    boost::asio::io_context context;
    tcp::acceptor taken(context);
    taken.open(tcp::v6());
    taken.set_option(boost::asio::ip::v6_only(true));
    taken.bind({boost::asio::ip::address_v6::loopback(), 0});
    taken.listen();
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.ports = {taken.local_endpoint().port()};
    EXPECT_THROW(BridgeUnderTest bridge(configuration), Error);
}

TEST(ServerLimits, connectionsOfOneOrigin_areCounted_S34) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.limits.connectionsPerOrigin = 2;
    BridgeUnderTest bridge(configuration);
    Client first(bridge.port());
    Client second(bridge.port());
    EXPECT_EQ(handshakeStatus(bridge.port(), {}), "503");
    EXPECT_EQ(handshakeStatus(bridge.port(), {.origin = "https://other.example"}), "101");
    first.close();
    Client third(bridge.port());
    EXPECT_EQ(third.hello().at("origin"), kPortal);
}

TEST(ServerLimits, strangers_leaveHalfOfThePlaces_S34) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.unknownOrigins = policy::UnknownOrigins::ask;
    configuration.limits.connections = 4;
    BridgeUnderTest bridge(configuration);
    Client first(bridge.port(), "https://one.example");
    Client second(bridge.port(), "https://two.example");
    EXPECT_EQ(handshakeStatus(bridge.port(), {.origin = "https://three.example"}), "503");
    Client third(bridge.port());
    Client fourth(bridge.port(), kOther);
    EXPECT_EQ(fourth.hello().at("origin"), kOther);
    third.close();
    first.close();
    waitUntil([&] { return handshakeStatus(bridge.port(), {.origin = "https://three.example"}) == "101"; });
}

TEST(ServerLimits, connectionsOfAll_areCounted_S34) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.limits.connections = 2;
    BridgeUnderTest bridge(configuration);
    Client first(bridge.port());
    Client second(bridge.port(), "https://other.example");
    EXPECT_EQ(handshakeStatus(bridge.port(), {.origin = "https://poor.example"}), "503");
}

}  // namespace
}  // namespace ukey::test
