// Several users of one computer, and several starts of one user: each with accounts of the system made for
// the test.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>

#include "tests/daemon/support/account.hpp"
#include "tests/daemon/support/client.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

/// Five ports that nothing listens on, in the place of 23510 to 23514, which a bridge of this computer may
/// have.
std::vector<std::uint16_t> freePorts() {
    boost::asio::io_context context;
    std::vector<boost::asio::ip::tcp::acceptor> held;
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 5; ++i) {
        held.emplace_back(context,
                          boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        ports.push_back(held.back().local_endpoint().port());
    }
    return ports;
}

class Users : public testing::Test {
  protected:
    void SetUp() override {
        if (!Account::possible()) GTEST_SKIP() << "only root can make accounts";
    }
    /// The status of a perfect handshake by a process of the account.
    static std::string statusFor(const Account& account, std::uint16_t port) {
        return account.run([port] { return handshakeStatus(port, Handshake()); });
    }
};

TEST_F(Users, twoDaemons_takeAPortEachAndServeTheirOwnUserAlone_S48_S49) {
    const Account anna;
    const Account bert;
    const json more{{"ports", freePorts()}};
    RunningDaemon annas(more, &anna);
    RunningDaemon berts(more, &bert);
    EXPECT_NE(annas.port(), berts.port());
    EXPECT_EQ(statusFor(anna, annas.port()), "101");
    EXPECT_EQ(statusFor(bert, berts.port()), "101");
    EXPECT_EQ(statusFor(anna, berts.port()), "403");
    EXPECT_EQ(statusFor(bert, annas.port()), "403");
}

TEST_F(Users, evenRoot_isAnotherUser_S48) {
    const Account anna;
    RunningDaemon annas(json::object(), &anna);
    const std::string answer = exchange(annas.port(), Handshake().text(annas.port()));
    EXPECT_EQ(statusOf(answer), "403");
    EXPECT_NE(bodyOf(answer).find("other-user"), std::string::npos);
}

TEST_F(Users, daemonOfAnother_staysWhenOneEnds_S49) {
    const Account anna;
    const Account bert;
    const json more{{"ports", freePorts()}};
    RunningDaemon annas(more, &anna);
    RunningDaemon berts(more, &bert);
    const std::uint16_t first = annas.port();
    EXPECT_EQ(annas.stop(), 0);
    EXPECT_EQ(statusFor(bert, berts.port()), "101");
    annas.start();
    EXPECT_EQ(annas.port(), first);
    EXPECT_EQ(statusFor(anna, annas.port()), "101");
}

TEST(OneUser, stop_endsTheDaemonThatRuns) {
    RunningDaemon daemon;
    const auto [code, text] = daemon.startAnother("stop");
    EXPECT_EQ(code, 0) << text;
    EXPECT_EQ(daemon.waitForEnd(), 0);
    EXPECT_EQ(daemon.startAnother("stop").first, 0) << "none runs";
}

TEST(OneUser, daemonWhoseSettingsWereSpoiltSince_isEndedAllTheSame) {
    RunningDaemon daemon;
    std::ofstream(daemon.folder() / "ukeyd.json") << R"({"ofANewerVersion": 1})";
    EXPECT_EQ(daemon.startAnother("stop").first, 1) << "the file may name another folder";
    const auto [code, text] = daemon.startAnother("--state-dir '" + daemon.stateDir().string() + "' stop");
    EXPECT_EQ(code, 0) << text;
    EXPECT_NE(text.find("ofANewerVersion"), std::string::npos) << text;
    EXPECT_EQ(daemon.waitForEnd(), 0);
}

TEST(OneUser, secondDaemon_saysWhoRunsAlreadyAndEnds_S49) {
    RunningDaemon daemon;
    const auto [code, text] = daemon.startAnother();
    EXPECT_EQ(code, 3);
    EXPECT_NE(text.find("already running for this user"), std::string::npos) << text;
    EXPECT_NE(text.find("process " + std::to_string(daemon.process())), std::string::npos) << text;
    EXPECT_EQ(handshakeStatus(daemon.port(), Handshake()), "101");
}

TEST(OneUser, daemonThatWasKilled_leavesNoLock_S49) {
    RunningDaemon daemon;
    daemon.kill();
    daemon.start();
    EXPECT_EQ(handshakeStatus(daemon.port(), Handshake()), "101");
}

}  // namespace
}  // namespace ukey::test
