#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/daemon/hosts/hosts_fixture.hpp"
#include "tests/support/scratch_folder.hpp"

namespace ukey::hosts {
namespace {

using test::await;
using test::codeOf;

TEST_F(HostsTest, hosts_beforeTheirFirstUse_doNotRun) {
    use({fake("a"), fake("b")});
    for (const DriverStatus& status : hosts_->status()) {
        EXPECT_FALSE(status.running) << status.name;
        EXPECT_EQ(status.problem, "");
    }
}

TEST_F(HostsTest, tokens_areThoseOfAllDrivers) {
    use({fake("a", R"({"tokens": ["T1", "T2"]})"), fake("b", R"({"tokens": ["T3"]})"),
         fake("c", R"({"tokens": []})")});
    EXPECT_EQ(serials(), (std::vector<std::string>{"a/T1", "a/T2", "b/T3"}));
    EXPECT_TRUE(hosts_->status()[0].running);
}

TEST_F(HostsTest, tokens_withoutDrivers_areNone) {
    use({});
    EXPECT_TRUE(tokens().empty());
}

TEST_F(HostsTest, operations_reachTheirDriver) {
    use({fake("a")});
    EXPECT_EQ(sign("a", "key"), Bytes(32, 7));
    EXPECT_EQ(call("a", token::ListKeys{"T1"}).at(0).certificate.size(), 1500U);
    EXPECT_EQ(call("a", token::SessionDecrypt{"T1", "s", Bytes(2'000'000, 3)}), Bytes(2'000'000, 3));
    EXPECT_EQ(call("a", token::OpenSession{"T1", {}, Bytes{1}, 0x402, {}}), "session");
    EXPECT_EQ(call("a", token::GenerateKeyPair{"T1", "c", token::KeyAlgorithm::sm2}).point.size(), 65U);
}

TEST_F(HostsTest, errorsOfTheDriver_comeThrough) {
    use({fake("a")});
    EXPECT_EQ(codeOf([&] { return call("a", token::DescribeToken{"none"}); }), ErrorCode::tokenNotFound);
    EXPECT_EQ(codeOf([&] { return call("a", token::UnlockChallenge{"T1"}); }), ErrorCode::unsupported);
    EXPECT_EQ(signCode("a", "login"), ErrorCode::pinRequired);
    EXPECT_EQ(signCode("a", "throw"), ErrorCode::internal);
    EXPECT_EQ(sign("a", "large").size(), std::size_t{1} << 20);
}

TEST_F(HostsTest, unknownDriver_isMissing) {
    use({fake("a")});
    EXPECT_EQ(signCode("b", "key"), ErrorCode::driverMissing);
}

TEST_F(HostsTest, manyCallsAtOnce_areAllAnsweredRight) {
    use({fake("a")});
    std::vector<std::shared_ptr<test::Started<Bytes>>> started;
    for (std::uint8_t i = 0; i < 200; ++i) {
        started.push_back(
            test::start(context_, hosts_->call("a", token::SessionDecrypt{"T1", "s", Bytes(20000, i)})));
    }
    for (std::uint8_t i = 0; i < 200; ++i) EXPECT_EQ(test::finish(context_, started[i]), Bytes(20000, i));
}

TEST_F(HostsTest, requestTooLargeForThePipe_failsAlone) {
    use({fake("a")});
    EXPECT_EQ(codeOf([&] {
                  return call("a", token::WriteCertificate{"T1", {}, Bytes(100000)});
              }),
              ErrorCode::driverError);
    EXPECT_EQ(sign("a", "key"), Bytes(32, 7));
    EXPECT_EQ(hosts_->status()[0].restarts, 0U);
}

TEST_F(HostsTest, tokenPluggedIn_isTold_withoutAsking) {
    use({fake("a")});
    (void)tokens();
    (void)call("a", token::GenerateKeyPair{"T1", "plug-T2", token::KeyAlgorithm::sm2});
    waitForChange(Change::inserted);
    ASSERT_EQ(changes_.size(), 1U);
    EXPECT_EQ(changes_[0].token.address(), (TokenAddress{"a", "T2"}));
}

TEST_F(HostsTest, tokenPulledInMidCall_isAnErrorOfItsOwnAndTold) {
    use({fake("a", R"({"tokens": ["T1", "T2"]})")});
    (void)tokens();
    EXPECT_EQ(signCode("a", "unplug"), ErrorCode::tokenRemoved);
    waitForChange(Change::removed);
    EXPECT_EQ(changes_.back().token.info.serial, "T1");
    EXPECT_EQ(sign("a", "key", "T2"), Bytes(32, 7));
}

TEST_F(HostsTest, driverWithoutEvents_stillWorks) {
    use({fake("a", R"({"events": "none"})"), fake("b", R"({"events": "nonsense"})")});
    EXPECT_EQ(serials().size(), 2U);
    EXPECT_EQ(sign("a", "key"), Bytes(32, 7));
    EXPECT_EQ(sign("b", "key"), Bytes(32, 7));
}

TEST_F(HostsTest, cardInAReaderThatStays_isNoticedWithoutEventsWhileSomebodyListens) {
    const test::ScratchFolder slots;
    settings_.lookInterval = std::chrono::milliseconds(20);
    use({fake("a", nlohmann::json{{"folder", slots.path().string()}}.dump())});
    EXPECT_TRUE(serials().empty());
    auto watch = hosts_->watch();
    ASSERT_TRUE(watch);
    // One that ends leaves the others theirs.
    hosts_->watch().reset();
    std::ofstream(slots.path() / "CARD").put('x');
    waitForChange(Change::inserted);
    EXPECT_EQ(changes_.back().token.info.serial, "CARD");
    std::filesystem::remove(slots.path() / "CARD");
    waitForChange(Change::removed);

    // Nobody listens: nobody looks.
    watch.reset();
    changes_.clear();
    std::ofstream(slots.path() / "CARD").put('x');
    context_.run_for(std::chrono::milliseconds(200));
    EXPECT_TRUE(changes_.empty());
    watch = hosts_->watch();
    waitForChange(Change::inserted);
}

TEST_F(HostsTest, tokensWithOneSerialNumber_areToldApart) {
    use({fake("a", R"({"tokens": ["T1", "T2"], "twins": true})")});
    const auto twins = tokens();
    ASSERT_EQ(twins.size(), 2U);
    EXPECT_EQ(twins[0].info.serial, twins[1].info.serial);
    EXPECT_NE(twins[0].identity, twins[1].identity);
    EXPECT_TRUE(twins[0].identity.mayBe(twins[1].identity));
    EXPECT_EQ(tokens()[1].identity, twins[1].identity);
}

TEST_F(HostsTest, firstLook_isNoNews) {
    use({fake("a")});
    (void)tokens();
    (void)tokens();
    EXPECT_TRUE(changes_.empty());
}

TEST_F(HostsTest, subscription_endsWithItsHandle) {
    use({fake("a")});
    subscription_.reset();
    (void)tokens();
    (void)signCode("a", "crash");
    EXPECT_TRUE(changes_.empty());
}

TEST_F(HostsTest, hostsThatGo_takeTheirProcessesWithThem) {
    use({fake("a")});
    const int pid = hostPid("a");
    hosts_.reset();
    EXPECT_TRUE(test::isGone(pid));
}

}  // namespace
}  // namespace ukey::hosts
