// Logins end when the user turns away from the screen; through the real program and a bus of the test's own.
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tests/daemon/ukeyd/fake_logind.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/daemon/ukeyd/soft_token.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

constexpr auto kListening = "logins end when the screen is locked";

class Screen : public testing::Test {
  protected:
    Screen() {
        logind_.addSession("s1", ::getuid());
        logind_.addSession("s2", ::getuid() + 1);
        daemon_.emplace();
        serial_ = mintSoftToken(daemon_->folder());
        daemon_->pinentry().add("pin " + std::string(kMintedPin));
        waitUntil([&] { return daemon_->log().find(kListening) != std::string::npos; });
        client_.emplace(daemon_->port());
        resume_ = client_->hello().at("resume");
        token_ = waitForToken(*client_);
        EXPECT_EQ(client_->codeOf("pin.verify", {{"token", token_}}), "");
        EXPECT_EQ(sign(), "");
    }

    /// What the page's next signature answers.
    std::string sign() { return signWith(*client_, token_); }
    void expectLoginEnds() {
        waitUntil([&] { return sign() != ""; });
        EXPECT_EQ(sign(), "pin-required");
    }

    FakeLogind logind_;
    std::optional<RunningDaemon> daemon_;
    std::string serial_;
    std::optional<Client> client_;
    std::string resume_;
    std::string token_;
};

TEST_F(Screen, locked_endsLoginsAndUnlockingBringsNoneBack_S17) {
    logind_.emitLock("s1");
    logind_.answerOneQuestion();
    expectLoginEnds();
    logind_.emitUnlock("s1");
    EXPECT_EQ(sign(), "pin-required");
    client_->close();
    Client next(daemon_->port());
    json params{{"client", {{"name", "test"}, {"version", "1"}}}, {"resume", resume_}};
    EXPECT_EQ(next.hello(params).at("resumed"), false);
}

TEST_F(Screen, lockedByTheDesktopItself_endsLogins_S17) {
    logind_.emitChanged("s1", "LockedHint", true);
    logind_.answerOneQuestion();
    expectLoginEnds();
}

TEST_F(Screen, takenOverByAnotherSession_endsLogins_S17) {
    logind_.emitChanged("s1", "Active", false);
    logind_.answerOneQuestion();
    expectLoginEnds();
}

TEST_F(Screen, sleep_endsLogins_S17) {
    logind_.emitPrepareForSleep(true);
    expectLoginEnds();
}

TEST_F(Screen, whatIsNoneOfOurs_leavesTheLogin_S17) {
    logind_.emitPrepareForSleep(false);
    logind_.emitChanged("s1", "LockedHint", false);
    logind_.emitChanged("s1", "Active", true);
    logind_.emitLock("s2");
    logind_.answerOneQuestion();
    // When it asks again, it has heard all of the above, and whose the first one was.
    logind_.emitLock("s2");
    logind_.answerOneQuestion();
    EXPECT_EQ(sign(), "");
}

TEST_F(Screen, sessionThatNobodyKnows_isTakenForOurs_S17) {
    logind_.emitLock("s9");
    logind_.answerOneQuestion();
    expectLoginEnds();
}

TEST_F(Screen, busThatGoesAway_endsLoginsOnceAndTheDaemonGoesOn_S17) {
    daemon_->pinentry().add("pin " + std::string(kMintedPin));
    logind_.endBus();
    expectLoginEnds();
    EXPECT_EQ(client_->codeOf("pin.verify", {{"token", token_}}), "");
    EXPECT_EQ(sign(), "");
    EXPECT_NE(daemon_->log().find("the system bus is gone"), std::string::npos);
}

TEST(ScreenWithoutABus, daemon_goesOnAndSaysSo_S17) {
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    RunningDaemon daemon;
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    EXPECT_EQ(handshakeStatus(daemon.port(), Handshake()), "101");
    EXPECT_NE(daemon.log().find("no system bus"), std::string::npos);
}

}  // namespace
}  // namespace ukey::test
