// Logins end when the user turns away from the screen; through the real program and a bus of the test's own.
#include <gtest/gtest.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <stdexcept>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tests/daemon/ukeyd/fake_logind.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/daemon/ukeyd/soft_token.hpp"
#include "tests/daemon/ukeyd/test_bus.hpp"

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

/// A locker as a desktop starts it: a name of its own, and signals from there.
class DesktopsLocker : public testing::Test {
  protected:
    DesktopsLocker() {
        sd_bus* bus = nullptr;
        if (sd_bus_open_user(&bus) < 0) throw std::runtime_error("no session bus");
        bus_ = std::shared_ptr<sd_bus>(bus, sd_bus_close_unref);
        daemon_.emplace();
        serial_ = mintSoftToken(daemon_->folder());
        waitUntil(
            [&] { return daemon_->log().find("logins end when the desktop's locker") != std::string::npos; });
        client_.emplace(daemon_->port());
        client_->hello();
        token_ = waitForToken(*client_);
    }

    std::string logIn() {
        daemon_->pinentry().add("pin " + std::string(kMintedPin));
        EXPECT_EQ(client_->codeOf("pin.verify", {{"token", token_}}), "");
        return sign();
    }
    std::string sign() { return signWith(*client_, token_); }

    void emitActive(const std::string& interface, const char* member, bool active) {
        EXPECT_GE(sd_bus_emit_signal(bus_.get(), "/locker", interface.c_str(), member, "b", active ? 1 : 0),
                  0);
        EXPECT_GE(sd_bus_flush(bus_.get()), 0);
    }

    TestBus session_{"DBUS_SESSION_BUS_ADDRESS"};
    std::shared_ptr<sd_bus> bus_;
    std::optional<RunningDaemon> daemon_;
    std::string serial_;
    std::optional<Client> client_;
    std::string token_;
};

TEST_F(DesktopsLocker, ofAnyDesktop_endsLogins_S17) {
    for (const char* interface :
         {"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.mate.ScreenSaver",
          "org.cinnamon.ScreenSaver", "org.xfce.ScreenSaver", "org.ukui.ScreenSaver"}) {
        ASSERT_EQ(logIn(), "") << interface;
        emitActive(interface, "ActiveChanged", true);
        waitUntil([&] { return sign() != ""; });
        EXPECT_EQ(sign(), "pin-required") << interface;
    }
    for (const char* interface : {"com.deepin.dde.lockFront", "org.deepin.dde.LockFront1"}) {
        ASSERT_EQ(logIn(), "") << interface;
        emitActive(interface, "Visible", true);
        waitUntil([&] { return sign() != ""; });
    }
    ASSERT_EQ(logIn(), "");
    EXPECT_GE(sd_bus_emit_signal(bus_.get(), "/", "org.ukui.ScreenSaver", "lock", ""), 0);
    EXPECT_GE(sd_bus_flush(bus_.get()), 0);
    waitUntil([&] { return sign() != ""; });
    ASSERT_EQ(logIn(), "");
    EXPECT_GE(sd_bus_emit_signal(bus_.get(), "/com/deepin/SessionManager", "org.freedesktop.DBus.Properties",
                                 "PropertiesChanged", "sa{sv}as", "com.deepin.SessionManager", 1, "Locked",
                                 "b", 1, 0),
              0);
    EXPECT_GE(sd_bus_flush(bus_.get()), 0);
    waitUntil([&] { return sign() != ""; });
}

TEST_F(DesktopsLocker, thatUnlocksOrIsNoLocker_leavesTheLogin_S17) {
    ASSERT_EQ(logIn(), "");
    emitActive("org.gnome.ScreenSaver", "ActiveChanged", false);
    emitActive("org.example.Player", "ActiveChanged", true);
    emitActive("com.deepin.dde.lockFront", "Visible", false);
    EXPECT_EQ(sign(), "");
    // When this one is heard, all of the above was.
    emitActive("org.mate.ScreenSaver", "ActiveChanged", true);
    waitUntil([&] { return daemon_->log().find("the desktop locked the screen") != std::string::npos; });
    const std::string log = daemon_->log();
    EXPECT_EQ(log.find("the desktop locked the screen"), log.rfind("the desktop locked the screen"));
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
