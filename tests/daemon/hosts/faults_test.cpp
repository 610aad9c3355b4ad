// What a driver can do wrong, each through a real process: the call in flight gets a clear error, another
// driver's token signs on, and the faulty driver works again after a restart.
#include "tests/daemon/hosts/hosts_fixture.hpp"

namespace ukey::hosts {
namespace {

using test::codeOf;

class Fault : public HostsTest, public testing::WithParamInterface<const char*> {};

class HostsFaultTest : public HostsTest {
  protected:
    HostsFaultTest() { settings_.driverTimeout = kShortTimeout; }

  private:
    // Longer than a process takes to start; under wine that is much.
#ifdef _WIN32
    static constexpr std::chrono::milliseconds kShortTimeout{3000};
#else
    static constexpr std::chrono::milliseconds kShortTimeout{500};
#endif
};

TEST_P(Fault, failsItsCallOnly_S38) {
    use({fake("bad"), fake("good", R"({"tokens": ["G1"]})")});
    (void)tokens();
    const int before = hostPid("bad");

    EXPECT_EQ(signCode("bad", GetParam()), ErrorCode::driverCrashed);
    EXPECT_EQ(sign("good", "key", "G1"), Bytes(32, 7));
    EXPECT_EQ(hosts_->status()[1].restarts, 0U);

    EXPECT_EQ(sign("bad", "key"), Bytes(32, 7));
    EXPECT_NE(hostPid("bad"), before);
    EXPECT_EQ(hosts_->status()[0].restarts, 1U);
    test::runUntil(context_, [&] { return test::isGone(before); });
}

INSTANTIATE_TEST_SUITE_P(OfADriver, Fault,
                         testing::Values("crash", "abort", "exit", "garbage", "oversize", "truncated",
                                         "unknown-id", "unknown-event", "no-version", "other-version"),
                         [](const auto& row) {
                             std::string name(row.param);
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST_F(HostsFaultTest, hang_isEndedAtTheDeadline_S39) {
    use({fake("bad"), fake("good", R"({"tokens": ["G1"]})")});
    (void)tokens();
    const int before = hostPid("bad");
    const auto hung = test::start(context_, hosts_->call("bad", signing("hang")));
    EXPECT_EQ(sign("good", "key", "G1"), Bytes(32, 7));
    EXPECT_EQ(codeOf([&] { return test::finish(context_, hung); }), ErrorCode::driverTimeout);
    EXPECT_EQ(sign("bad", "key"), Bytes(32, 7));
    test::runUntil(context_, [&] { return test::isGone(before); });
}

TEST_F(HostsFaultTest, keyThatTakesLongerThanOtherCalls_isWaitedForAndTheDriverIsWell) {
    settings_.listPatience = std::chrono::milliseconds(20);
    use({fake("a"), fake("other", R"({"tokens": ["G1"]})")});
    (void)tokens();
    const auto made = test::start(
        context_, hosts_->call("a", token::GenerateKeyPair{"T1", "slow", token::KeyAlgorithm::rsa2048}));
    EXPECT_EQ(serials(), (std::vector<std::string>{"a/T1", "other/G1"})) << "what it had last";
    EXPECT_EQ(hosts_->status()[0].state, DriverState::ready);
    const auto behind = test::start(context_, hosts_->call("a", signing("key")));
    EXPECT_EQ(test::finish(context_, made).point.size(), 65U);
    EXPECT_EQ(test::finish(context_, behind), Bytes(32, 7));
    EXPECT_EQ(hosts_->status()[0].restarts, 0U);
}

TEST_F(HostsFaultTest, callsQueuedBehindAHang_failWithIt) {
    use({fake("bad")});
    const auto hung = test::start(context_, hosts_->call("bad", signing("hang")));
    const auto queued = test::start(context_, hosts_->call("bad", signing("key")));
    EXPECT_EQ(codeOf([&] { return test::finish(context_, hung); }), ErrorCode::driverTimeout);
    EXPECT_EQ(codeOf([&] { return test::finish(context_, queued); }), ErrorCode::driverTimeout);
}

TEST_F(HostsFaultTest, resultTooLargeForThePipe_failsAlone) {
    settings_.driverTimeout = std::chrono::seconds(30);
    use({fake("bad")});
    EXPECT_EQ(signCode("bad", "too-large"), ErrorCode::driverError);
    EXPECT_EQ(sign("bad", "key"), Bytes(32, 7));
    EXPECT_EQ(hosts_->status()[0].restarts, 0U);
}

TEST_F(HostsTest, crash_tellsThatLoginsAreLost_andThenThatTheTokensAreBack) {
    use({fake("bad", R"({"tokens": ["T1", "T2"]})")});
    (void)tokens();
    (void)signCode("bad", "crash");
    test::runUntil(context_, [&] { return changes_.size() >= 4; });
    EXPECT_EQ(changes_[0].change, Change::lost);
    EXPECT_EQ(changes_[1].change, Change::lost);
    EXPECT_EQ(changes_[2].change, Change::inserted);
    EXPECT_EQ(changes_[3].change, Change::inserted);
    EXPECT_NE(hosts_->status()[0].problem, "driver-crashed");
}

TEST_F(HostsTest, crashBySignal_isNamedInTheStatus) {
    settings_.firstPause = settings_.longestPause = std::chrono::hours(1);
    use({fake("bad")});
    (void)signCode("bad", "crash");
    (void)signCode("bad", "crash");
    const std::string problem = hosts_->status()[0].problem;
    EXPECT_TRUE(problem.starts_with("driver-crashed: ")) << problem;
}

TEST_F(HostsTest, secondFailureInARow_isFollowedByAPause) {
    settings_.firstPause = settings_.longestPause = std::chrono::hours(1);
    use({fake("bad"), fake("good", R"({"tokens": ["G1"]})")});
    EXPECT_EQ(signCode("bad", "crash"), ErrorCode::driverCrashed);
    EXPECT_EQ(sign("bad", "key"), Bytes(32, 7)) << "the first restart comes at once";
    EXPECT_EQ(signCode("bad", "crash"), ErrorCode::driverCrashed);
    EXPECT_EQ(signCode("bad", "key"), ErrorCode::driverCrashed) << "a long pause is not waited for";
    EXPECT_EQ(hosts_->status()[0].restarts, 1U);
    EXPECT_EQ(serials(), std::vector<std::string>{"good/G1"});
}

TEST_F(HostsTest, shortPause_isWaitedFor) {
    settings_.firstPause = settings_.longestPause = std::chrono::milliseconds(50);
    use({fake("bad")});
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(signCode("bad", "crash"), ErrorCode::driverCrashed);
        EXPECT_EQ(sign("bad", "key"), Bytes(32, 7));
    }
    EXPECT_EQ(hosts_->status()[0].restarts, 4U);
}

TEST_F(HostsTest, driverThatCrashedTwice_comesBackByItselfAndItsTokensAreTold) {
    settings_.firstPause = settings_.longestPause = std::chrono::milliseconds(50);
    use({fake("bad")});
    EXPECT_EQ(serials().size(), 1U);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(signCode("bad", "crash"), ErrorCode::driverCrashed);
    const auto isBack = [&] {
        return !changes_.empty() && changes_.back().change == Change::inserted && hosts_->status()[0].running;
    };
    test::runUntil(context_, [&] { return isBack() && hosts_->status()[0].restarts == 2U; });
}

TEST_F(HostsTest, driverThatCannotBeLoaded_isLeftOutAndSaysWhy) {
    use({fake("missing", R"({"load": "driver-missing"})"), fake("bits", R"({"load": "driver-bitness"})"),
         fake("dies", R"({"load": "crash"})"), fake("good", R"({"tokens": ["G1"]})")});
    EXPECT_EQ(serials(), std::vector<std::string>{"good/G1"});
    EXPECT_EQ(signCode("missing", "key"), ErrorCode::driverMissing);
    EXPECT_EQ(signCode("bits", "key"), ErrorCode::driverBitness);
    EXPECT_EQ(signCode("dies", "key"), ErrorCode::driverCrashed);
    EXPECT_TRUE(hosts_->status()[0].problem.starts_with("driver-missing: ")) << hosts_->status()[0].problem;
    EXPECT_FALSE(hosts_->status()[0].running);
    EXPECT_TRUE(hosts_->status()[3].running);
}

TEST_F(HostsFaultTest, list_doesNotWaitForADriverThatDoesNotAnswer) {
    settings_.driverTimeout = std::chrono::hours(1);
    settings_.listPatience = std::chrono::milliseconds(100);
    use({fake("bad"), fake("good", R"({"tokens": ["G1"]})")});
    (void)tokens();
    EXPECT_EQ(hosts_->status()[0].state, DriverState::ready);
    const auto hung = test::start(context_, hosts_->call("bad", signing("hang")));
    EXPECT_EQ(serials(), (std::vector<std::string>{"bad/T1", "good/G1"})) << "as it was known";
    EXPECT_EQ(hosts_->status()[0].state, DriverState::hung);
    EXPECT_EQ(hosts_->status()[0].code, ErrorCode::driverTimeout);
    EXPECT_EQ(hosts_->status()[1].state, DriverState::ready);
    EXPECT_EQ(hosts_->status()[1].code, std::nullopt);
    EXPECT_EQ(serials(), (std::vector<std::string>{"bad/T1", "good/G1"}));
}

TEST_F(HostsFaultTest, list_doesNotWaitForADriverThatDoesNotStart) {
    settings_.driverTimeout = std::chrono::hours(1);
    settings_.startPatience = std::chrono::milliseconds(100);
    use({fake("hangs", R"({"load": "hang"})"), fake("missing", R"({"load": "driver-missing"})")});
    EXPECT_TRUE(tokens().empty());
    EXPECT_EQ(hosts_->status()[0].state, DriverState::starting);
    settings_.startPatience = std::chrono::hours(1);
    use({fake("missing", R"({"load": "driver-missing"})"), fake("dies", R"({"load": "crash"})")});
    EXPECT_TRUE(tokens().empty());
    EXPECT_EQ(hosts_->status()[0].state, DriverState::missing);
    EXPECT_EQ(hosts_->status()[0].code, ErrorCode::driverMissing);
    EXPECT_EQ(hosts_->status()[1].state, DriverState::failed);
}

TEST_F(HostsFaultTest, driverThatHangsAtLoading_isLeftOutAfterItsDeadline) {
    use({fake("hangs", R"({"load": "hang"})"), fake("good", R"({"tokens": ["G1"]})")});
    EXPECT_EQ(serials(), std::vector<std::string>{"good/G1"});
    EXPECT_TRUE(hosts_->status()[0].problem.starts_with("driver-timeout: ")) << hosts_->status()[0].problem;
}

TEST_F(HostsTest, missingHostProgram_isAMissingDriver) {
    settings_.hostProgram = absolute("/nonexistent/ukey-token-host");
    use({fake("a")});
    EXPECT_EQ(signCode("a", "key"), ErrorCode::driverMissing);
    EXPECT_TRUE(tokens().empty());
}

TEST_F(HostsTest, missingLibrary_isAMissingDriver) {
    use({{"a", config::DriverKind::skf, absolute("/nonexistent/lib.so"), "{}", true}});
    EXPECT_EQ(signCode("a", "key"), ErrorCode::driverMissing);
}

TEST_F(HostsTest, callInFlightWhenTheHostsGo_fails) {
    use({fake("a")});
    (void)tokens();
    const auto hung = test::start(context_, hosts_->call("a", signing("hang")));
    context_.restart();
    context_.poll();
    const auto late = test::start(context_, hosts_->call("a", signing("key")));
    hosts_.reset();
    EXPECT_EQ(codeOf([&] { return test::finish(context_, hung); }), ErrorCode::driverCrashed);
    EXPECT_EQ(codeOf([&] { return test::finish(context_, late); }), ErrorCode::driverCrashed);
}

}  // namespace
}  // namespace ukey::hosts
