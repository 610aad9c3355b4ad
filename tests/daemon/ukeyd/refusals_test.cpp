// What must not get in, through the real program: each refused with its own error, memory bounded.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/write.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class RealDaemon : public testing::Test {
  protected:
    /// Status and code of the answer to a handshake that must not succeed.
    std::pair<std::string, std::string> refusal(const Handshake& handshake) {
        const std::string answer = test::exchange(daemon_.port(), handshake.text(daemon_.port()));
        const json body = json::parse(bodyOf(answer), nullptr, false);
        return {statusOf(answer), body.is_object() && body.contains("error")
                                      ? body.at("error").get<std::string>()
                                      : bodyOf(answer)};
    }
    void expectMemoryBounded() {
#ifndef UKEY_SANITIZED
        EXPECT_LT(daemon_.peakBytes(), 64UL * 1024UL * 1024UL);
#endif
    }
    /// Others are still served.
    void expectAlive() {
        Client client(daemon_.port());
        EXPECT_EQ(client.hello().at("protocol"), "ukey.v1");
        EXPECT_EQ(client.codeOf("tokens.list"), "");
    }

    RunningDaemon daemon_;
};

using Refused = std::pair<std::string, std::string>;

TEST_F(RealDaemon, foreignNullAndMissingOrigin_areOriginDenied_S2_S5) {
    const Refused denied{"403", "origin-denied"};
    EXPECT_EQ(refusal({.origin = "https://evil.example"}), denied);
    EXPECT_EQ(refusal({.origin = "https://portal.example.evil.example"}), denied);
    EXPECT_EQ(refusal({.origin = "http://portal.example"}), denied);
    EXPECT_EQ(refusal({.origin = "null"}), denied);
    EXPECT_EQ(refusal({.origin = std::nullopt}), denied);
    expectAlive();
}

TEST_F(RealDaemon, wrongHost_isRefusedBeforeTheOriginIsLookedAt_S6) {
    EXPECT_EQ(refusal({.host = "rebound.example"}), (Refused{"421", "wrong-host"}));
    EXPECT_EQ(refusal({.host = "127.0.0.1:1"}), (Refused{"421", "wrong-host"}));
    expectAlive();
}

TEST_F(RealDaemon, otherUsersProcess_isRefusedWithAPerfectHandshake_S48) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
    const std::uint16_t port = daemon_.port();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(99);
        const std::string answer = test::exchange(port, Handshake().text(port));
        ::_exit(statusOf(answer) == "403" && bodyOf(answer).find("other-user") != std::string::npos ? 0 : 1);
    }
    int outcome = 0;
    ASSERT_EQ(::waitpid(child, &outcome, 0), child);
    EXPECT_TRUE(WIFEXITED(outcome));
    EXPECT_EQ(WEXITSTATUS(outcome), 0);
    expectAlive();
}

TEST_F(RealDaemon, listeningSockets_areOnLoopbackAlone_S47) {
    std::set<std::string> addresses;
    std::ostringstream port;
    port << std::uppercase << std::hex << daemon_.port();
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file(table);
        for (std::string line; std::getline(file, line);) {
            std::istringstream fields(line);
            std::string number;
            std::string local;
            std::string remote;
            std::string state;
            fields >> number >> local >> remote >> state;
            const auto colon = local.find(':');
            if (state == "0A" && colon != std::string::npos && local.substr(colon + 1) == port.str())
                addresses.insert(local.substr(0, colon));
        }
    }
    EXPECT_TRUE(addresses.contains("0100007F"));
    for (const std::string& address : addresses)
        EXPECT_TRUE(address == "0100007F" || address == "00000000000000000000000001000000") << address;
}

TEST_F(RealDaemon, fieldNamedPin_isABadRequestAndOpensNoDialog_S10) {
    Client client(daemon_.port());
    client.hello();
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", "t"}, {"pin", "123456"}}), "bad-request");
    EXPECT_EQ(client.codeOf("pin.change", {{"token", "t"}, {"oldPin", "1"}, {"newPin", "2"}}), "bad-request");
    EXPECT_TRUE(daemon_.pinentry().dialogs().empty());
}

TEST_F(RealDaemon, hundredMegabyteFrame_endsTheConnectionWithItsCode_S31) {
    Client client(daemon_.port());
    client.hello();
    SecondWriter writer(client);
    ASSERT_TRUE(writer.write(std::string("\x81\xff\0\0\0\0\x05\xf5\xe1\0\0\0\0\0", 14)));
    const std::string piece(1'000'000, 'x');
    std::thread flood([&] {
        for (int i = 0; i < 100 && writer.write(piece); ++i) {
        }
    });
    EXPECT_EQ(client.closeCode(), 1009U);
    writer.shutDown();
    flood.join();
    expectMemoryBounded();
    expectAlive();
}

TEST_F(RealDaemon, hundredMegabytesInFragments_endTheConnectionToo_S31) {
    Client client(daemon_.port());
    client.hello();
    SecondWriter writer(client);
    std::thread flood([&] {
        const std::string first =
            std::string("\x01\xff\0\0\0\0\0\x0f\x42\x40\0\0\0\0", 14) + std::string(1'000'000, 'x');
        const std::string next =
            std::string("\0\xff\0\0\0\0\0\x0f\x42\x40\0\0\0\0", 14) + std::string(1'000'000, 'x');
        bool goesOn = writer.write(first);
        for (int i = 1; i < 100 && goesOn; ++i) goesOn = writer.write(next);
    });
    // With the flood still under way the reset may overtake the close frame.
    const unsigned code = client.closeCode();
    EXPECT_TRUE(code == 1009U || code == 0U) << code;
    writer.shutDown();
    flood.join();
    expectMemoryBounded();
    expectAlive();
}

TEST_F(RealDaemon, jsonNestedAHundredThousandDeep_isRefusedAndTheConnectionGoesOn_S31) {
    Client client(daemon_.port());
    client.hello();
    for (const std::string& text :
         {std::string(100'000, '[') + std::string(100'000, ']'), std::string(100'000, '['),
          R"({"jsonrpc":"2.0","id":1,"method":"tokens.list","params":)" + [] {
              std::string deep;
              for (int i = 0; i < 100'000; ++i) deep += R"({"a":)";
              return deep;
          }()}) {
        client.send(text);
        const json error = json::parse(client.receive()).at("error");
        EXPECT_EQ(error.at("code"), -32600);
        EXPECT_EQ(error.at("data").at("code"), "bad-request");
    }
    EXPECT_EQ(client.codeOf("tokens.list"), "");
    expectMemoryBounded();
}

TEST_F(RealDaemon, dataThatIsTooLong_isToldAsSuch_S31) {
    Client client(daemon_.port());
    client.hello();
    const std::string data(5'592'412, 'A');
    EXPECT_EQ(client.codeOf("sign.data", {{"certificate", "c"}, {"format", "raw"}, {"data", data}}),
              "too-large");
    EXPECT_EQ(client.codeOf("sign.data",
                            {{"certificate", "c"}, {"format", "raw"}, {"data", data.substr(0, 5'592'408)}}),
              "certificate-not-found");
    expectMemoryBounded();
}

TEST_F(RealDaemon, endedByItsUser_endsCleanly) {
    Client client(daemon_.port());
    client.hello();
    EXPECT_EQ(daemon_.stop(), 0);
}

TEST(RealDaemonWithLimits, tenThousandRequestsInOneGo_areEachAnsweredOrRateLimited_S34) {
    // So slow that even under a sanitizer on a busy machine not all of them are due.
    const json limits{{"rate", 1}, {"burst", 1000}};
    RunningDaemon daemon(json{{"limits", limits}});
    Client client(daemon.port());
    client.hello();
    constexpr int kRequests = 10'000;
    std::string flood;
    for (int i = 0; i < kRequests; ++i) {
        const std::string text =
            R"({"jsonrpc":"2.0","id":)" + std::to_string(i + 100) + R"(,"method":"tokens.list"})";
        flood += std::string("\x81") + static_cast<char>(0x80U | text.size()) + std::string(4, '\0') + text;
    }
    SecondWriter writer(client);
    std::thread sender([&] { EXPECT_TRUE(writer.write(flood)); });
    std::set<int> ids;
    int limited = 0;
    int otherwise = 0;
    for (int i = 0; i < kRequests; ++i) {
        const json answer = json::parse(client.receive());
        ids.insert(answer.at("id").get<int>());
        if (answer.contains("result")) continue;
        if (answer.at("error").at("data").at("code") == "rate-limited") {
            ++limited;
        } else {
            ++otherwise;
        }
    }
    sender.join();
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(kRequests));
    EXPECT_GT(limited, 0);
    EXPECT_EQ(otherwise, 0);
#ifndef UKEY_SANITIZED
    EXPECT_LT(daemon.peakBytes(), 64UL * 1024UL * 1024UL);
#endif
}

}  // namespace
}  // namespace ukey::test
