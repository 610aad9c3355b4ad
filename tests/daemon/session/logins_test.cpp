#include "daemon/session/logins.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/support/fake_hosts.hpp"
#include "tests/support/await.hpp"

namespace ukey::session {
namespace {

using hosts::TokenAddress;

class LoginsOfSessions : public testing::Test {
  protected:
    LoginsOfSessions() { address_ = hosts_->plug("A", token::KeyAlgorithm::p256); }
    ~LoginsOfSessions() override {
        logins_.reset();
        context_.restart();
        context_.poll();
    }

    void begin(LoginTimes times = {}) { logins_.emplace(context_.get_executor(), hosts_, times); }

    std::shared_ptr<Session> session(const std::string& origin = "https://a.example") {
        auto made = std::make_shared<Session>();
        made->id = ++lastId_;
        made->originText = origin;
        made->resume = makeResumeSecret();
        return made;
    }
    void login(const std::shared_ptr<Session>& session) {
        test::await(context_, logins_->verify(session, address_.driver, verifyPin()));
    }
    token::VerifyPin verifyPin(bool changeFirst = false) const { return {address_.token, {}, changeFirst}; }
    void close(Session& session) {
        session.closed = true;
        logins_->close(session);
    }
    bool usable(const std::shared_ptr<Session>& session) { return logins_->use(session->id, address_); }
    void settle() {
        context_.restart();
        context_.poll();
    }

    boost::asio::io_context context_;
    std::shared_ptr<test::FakeHosts> hosts_ = std::make_shared<test::FakeHosts>(context_.get_executor());
    std::optional<Logins> logins_;
    TokenAddress address_;
    SessionId lastId_ = 0;
};

TEST_F(LoginsOfSessions, login_belongsToTheSessionThatMadeIt) {
    begin();
    const auto one = session();
    const auto other = session();
    login(one);
    EXPECT_TRUE(usable(one));
    EXPECT_FALSE(usable(other));
}

TEST_F(LoginsOfSessions, wrongPin_logsNobodyIn) {
    begin();
    const auto one = session();
    hosts_->answerPin(Error(ErrorCode::pinIncorrect, "wrong"));
    EXPECT_EQ(test::codeOf([&] { login(one); }), ErrorCode::pinIncorrect);
    EXPECT_FALSE(usable(one));
}

TEST_F(LoginsOfSessions, lastLogout_endsTheLibrarysLoginToo) {
    begin();
    const auto one = session();
    const auto other = session();
    login(one);
    login(other);
    logins_->logout(one->id, address_);
    settle();
    EXPECT_FALSE(usable(one));
    EXPECT_TRUE(usable(other));
    EXPECT_TRUE(hosts_->isLoggedIn(address_));
    logins_->logout(other->id, address_);
    settle();
    EXPECT_FALSE(hosts_->isLoggedIn(address_));
}

TEST_F(LoginsOfSessions, logoutOfAnother_doesNotOvertakeAnOpenDialog) {
    begin();
    const auto one = session();
    const auto other = session();
    login(one);
    hosts_->hold("verify-pin");
    const auto verifying = test::start(context_, logins_->verify(other, address_.driver, verifyPin()));
    settle();
    logins_->logout(one->id, address_);
    settle();
    EXPECT_EQ(hosts_->count("logout"), 0U);
    hosts_->release("verify-pin");
    test::runUntil(context_, [&] { return verifying->done; });
    settle();
    EXPECT_EQ(hosts_->count("logout"), 0U);
    EXPECT_TRUE(usable(other));
    EXPECT_TRUE(hosts_->isLoggedIn(address_));
}

TEST_F(LoginsOfSessions, dialogThatFailsAfterTheLastLogout_logsTheLibraryOut) {
    begin();
    const auto one = session();
    const auto other = session();
    login(one);
    hosts_->hold("verify-pin");
    hosts_->answerPin(Error(ErrorCode::userCancelled, "no"));
    const auto verifying = test::start(context_, logins_->verify(other, address_.driver, verifyPin()));
    settle();
    logins_->logout(one->id, address_);
    hosts_->release("verify-pin");
    test::runUntil(context_, [&] { return verifying->done && !hosts_->isLoggedIn(address_); });
    EXPECT_EQ(hosts_->count("logout"), 1U);
}

TEST_F(LoginsOfSessions, changeBeforeALoginThatFails_leavesNobodyLoggedInInTheLibrary) {
    begin();
    const auto one = session();
    hosts_->answerPin(Error(ErrorCode::userCancelled, "no new PIN"));
    const auto verifying = test::start(context_, logins_->verify(one, address_.driver, verifyPin(true)));
    test::runUntil(context_, [&] { return verifying->done && hosts_->count("logout") == 1; });
    login(one);
    hosts_->answerPin(Error(ErrorCode::userCancelled, "no new PIN"));
    EXPECT_THROW(test::await(context_, logins_->verify(session(), address_.driver, verifyPin(true))), Error);
    settle();
    EXPECT_EQ(hosts_->count("logout"), 1U) << "somebody is logged in";
    EXPECT_TRUE(usable(one));
}

TEST_F(LoginsOfSessions, changeOfThePin_leavesNobodyLoggedInInTheLibrary) {
    begin();
    const auto change = [&] {
        test::await(context_, logins_->change(address_.driver, token::ChangePin{address_.token, {}}));
        settle();
    };
    change();
    EXPECT_EQ(hosts_->count("logout"), 1U);
    const auto one = session();
    login(one);
    change();
    EXPECT_EQ(hosts_->count("logout"), 1U) << "but who is logged in stays so";
    EXPECT_TRUE(usable(one));
}

TEST_F(LoginsOfSessions, screenThatWasLockedAfterTheChange_isToldThatThePinIsAnotherOne) {
    begin();
    const auto one = session();
    hosts_->hold("verify-pin");
    const auto verifying = test::start(context_, logins_->verify(one, address_.driver, verifyPin(true)));
    settle();
    logins_->endAll();
    hosts_->release("verify-pin");
    test::runUntil(context_, [&] { return verifying->done; });
    try {
        (void)test::finish(context_, verifying);
        FAIL() << "logged in";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::userCancelled);
        EXPECT_EQ(error.reason(), "pin-changed");
    }
}

TEST_F(LoginsOfSessions, pageThatLeftDuringItsDialog_getsNoLogin) {
    begin();
    const auto one = session();
    hosts_->hold("verify-pin");
    const auto verifying = test::start(context_, logins_->verify(one, address_.driver, verifyPin()));
    settle();
    close(*one);
    hosts_->release("verify-pin");
    test::runUntil(context_, [&] { return verifying->done && !hosts_->isLoggedIn(address_); });
    EXPECT_TRUE(verifying->error);
    EXPECT_FALSE(usable(one));
}

TEST_F(LoginsOfSessions, tokenThatIsGone_endsEverybodysLogin) {
    begin();
    const auto one = session();
    login(one);
    logins_->tokenGone(address_);
    EXPECT_FALSE(usable(one));
}

/// The host says yes and then that the token went; the page hears of the first when the second is known.
TEST_F(LoginsOfSessions, tokenRemovedBeforeItsLoginIsKnown_givesNoLoginOnTheNextToken) {
    begin();
    const auto one = session();
    hosts_->hold("verify-pin");
    const auto verifying = test::start(context_, logins_->verify(one, address_.driver, verifyPin()));
    settle();
    hosts_->release("verify-pin");
    logins_->tokenGone(address_);
    test::runUntil(context_, [&] { return verifying->done; });
    EXPECT_EQ(test::codeOf([&] { test::finish(context_, verifying); }), ErrorCode::tokenRemoved);
    EXPECT_FALSE(usable(one));
    const auto other = session();
    hosts_->answerPin(Error(ErrorCode::pinIncorrect, "wrong"));
    EXPECT_THROW(login(other), Error);
    login(other);
    EXPECT_TRUE(usable(other)) << "the next login is one again";
    EXPECT_FALSE(usable(one));
}

TEST_F(LoginsOfSessions, resumeFromTheSameOrigin_takesTheLoginsOverOnce) {
    begin();
    const auto one = session();
    login(one);
    close(*one);
    const auto next = session();
    EXPECT_TRUE(logins_->resume(*next, one->resume));
    EXPECT_TRUE(usable(next));
    const auto replay = session();
    EXPECT_FALSE(logins_->resume(*replay, one->resume));
    EXPECT_FALSE(usable(replay));
    EXPECT_TRUE(usable(next));
}

TEST_F(LoginsOfSessions, resumeFromAnotherOrigin_getsNothingAndEndsTheLogin) {
    begin();
    const auto one = session();
    login(one);
    close(*one);
    const auto thief = session("https://evil.example");
    EXPECT_FALSE(logins_->resume(*thief, one->resume));
    settle();
    EXPECT_FALSE(usable(thief));
    EXPECT_FALSE(hosts_->isLoggedIn(address_));
    EXPECT_FALSE(logins_->resume(*session(), one->resume));
}

TEST_F(LoginsOfSessions, resumeOfAnOpenConnection_getsNothingAndTakesNothing) {
    begin();
    const auto one = session();
    login(one);
    const auto copy = session();
    EXPECT_FALSE(logins_->resume(*copy, one->resume));
    EXPECT_FALSE(usable(copy));
    EXPECT_TRUE(usable(one));
}

TEST_F(LoginsOfSessions, madeUpResume_getsNothing) {
    begin();
    const auto one = session();
    login(one);
    close(*one);
    for (const std::string secret : {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
        EXPECT_FALSE(logins_->resume(*session(), secret));
}

TEST_F(LoginsOfSessions, noResumeInTime_endsTheLogin) {
    begin({.idle = std::chrono::seconds(900), .resume = std::chrono::seconds(1)});
    const auto one = session();
    login(one);
    close(*one);
    EXPECT_TRUE(hosts_->isLoggedIn(address_));
    test::runUntil(context_, [&] { return !hosts_->isLoggedIn(address_); });
    EXPECT_FALSE(logins_->resume(*session(), one->resume));
}

TEST_F(LoginsOfSessions, resumeSwitchedOff_endsTheLoginAtOnce) {
    begin({.idle = std::chrono::seconds(900), .resume = std::chrono::seconds(0)});
    const auto one = session();
    login(one);
    close(*one);
    settle();
    EXPECT_FALSE(hosts_->isLoggedIn(address_));
}

TEST_F(LoginsOfSessions, loginThatIsNotUsed_endsByItself_S17) {
    begin({.idle = std::chrono::seconds(1), .resume = std::chrono::seconds(30)});
    const auto one = session();
    login(one);
    test::runUntil(context_, [&] { return !hosts_->isLoggedIn(address_); });
    EXPECT_FALSE(usable(one));
}

TEST_F(LoginsOfSessions, userWhoLeft_isLoggedInNowhereAndNothingIsTakenOver_S17) {
    begin();
    const auto one = session();
    const auto gone = session();
    login(one);
    login(gone);
    close(*gone);
    logins_->endAll();
    settle();
    EXPECT_FALSE(usable(one));
    EXPECT_FALSE(hosts_->isLoggedIn(address_));
    EXPECT_FALSE(logins_->resume(*session(), gone->resume));
    EXPECT_EQ(hosts_->count("logout"), 1U);
}

/// The PIN was right, and before the page hears of it the screen is locked.
TEST_F(LoginsOfSessions, userWhoLeftBeforeHisLoginIsKnown_isNotLoggedIn_S17) {
    begin();
    const auto one = session();
    hosts_->hold("verify-pin");
    const auto verifying = test::start(context_, logins_->verify(one, address_.driver, verifyPin()));
    settle();
    hosts_->release("verify-pin");
    logins_->endAll();
    test::runUntil(context_, [&] { return verifying->done && !hosts_->isLoggedIn(address_); });
    EXPECT_EQ(test::codeOf([&] { test::finish(context_, verifying); }), ErrorCode::userCancelled);
    EXPECT_FALSE(usable(one));
    login(one);
    EXPECT_TRUE(usable(one)) << "when he is back he logs in again";
}

TEST_F(LoginsOfSessions, withoutLogins_nothingIsArmed) {
    begin();
    const auto one = session();
    close(*one);
    context_.restart();
    EXPECT_EQ(context_.run_for(std::chrono::seconds(10)), 0U);  // Returns at once: there is no work.
}

TEST_F(LoginsOfSessions, secrets_are256BitsAndNeverTheSame) {
    const std::string one = makeResumeSecret();
    EXPECT_EQ(fromBase64Url(one).value().size(), 32U);
    EXPECT_NE(one, makeResumeSecret());
}

}  // namespace
}  // namespace ukey::session
