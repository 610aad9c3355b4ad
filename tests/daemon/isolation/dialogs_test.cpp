// There is one dialog at a time, whoever shows it, and no page can open one again and again.
#include <gtest/gtest.h>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/support/scratch_folder.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

std::string tokenOf(Client& page, std::size_t which = 0) {
    return page.result("tokens.list").at("tokens").at(which).at("id");
}

class OneDialog : public testing::Test {
  protected:
    static config::Config asking(const std::filesystem::path& folder) {
        config::Config configuration = BridgeUnderTest::usualConfig();
        configuration.unknownOrigins = policy::UnknownOrigins::ask;
        configuration.stateDir = folder;
        return configuration;
    }
    static json scopes() { return {{"scopes", {"tokens", "sign"}}}; }
    void refuseNext(int times) {
        bridge_.inLoop([&] {
            for (int i = 0; i < times; ++i) bridge_.consent().refusals.push_back(ErrorCode::userCancelled);
        });
    }
    std::size_t dialogsShown() {
        return bridge_.inLoop([&] { return bridge_.consent().dialogs.size(); });
    }
    void holdConsent(bool hold) {
        bridge_.inLoop([&] { bridge_.consent().hold = hold; });
    }

    ScratchFolder folder_;
    BridgeUnderTest bridge_{asking(folder_.path())};
};

TEST_F(OneDialog, pinOnAnotherDriversToken_isBusy_S20) {
    bridge_.plug("A", token::KeyAlgorithm::p256, "one");
    bridge_.plug("B", token::KeyAlgorithm::p256, "two");
    Client page(bridge_.port());
    Client other(bridge_.port(), kOther);
    page.hello();
    other.hello();
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    const int id = page.start("pin.verify", {{"token", tokenOf(page, 0)}});
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    for (const char* method : {"pin.verify", "pin.change"})
        EXPECT_EQ(other.codeOf(method, {{"token", tokenOf(other, 1)}}), "busy") << method;
    EXPECT_EQ(other.codeOf("pin.unlock", {{"token", tokenOf(other, 1)}, {"method", "local"}}), "busy");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().waiting("verify-pin"); }), 1U);
    bridge_.inLoop([&] { bridge_.hosts().release("verify-pin"); });
    EXPECT_EQ(page.finish(id).at("result"), json::object());
    EXPECT_EQ(other.codeOf("pin.verify", {{"token", tokenOf(other, 1)}}), "");
}

TEST_F(OneDialog, questionWhileAPinIsTyped_waitsForItsTurn_S20) {
    bridge_.plug("A");
    Client page(bridge_.port());
    Client asker(bridge_.port(), kNew);
    page.hello();
    asker.hello();
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    const int typing = page.start("pin.verify", {{"token", tokenOf(page)}});
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    const int asked = asker.start("bridge.requestAccess", scopes());
    EXPECT_EQ(page.codeOf("tokens.list"), "");  // Until then the question would have come.
    EXPECT_EQ(dialogsShown(), 0U);
    bridge_.inLoop([&] { bridge_.hosts().release("verify-pin"); });
    EXPECT_EQ(page.finish(typing).at("result"), json::object());
    EXPECT_EQ(asker.finish(asked).at("result").at("grants"), (json{"tokens", "sign"}));
    EXPECT_EQ(dialogsShown(), 1U);
}

TEST_F(OneDialog, pinWhileAQuestionIsOpen_isBusy_S20) {
    bridge_.plug("A");
    Client page(bridge_.port());
    Client asker(bridge_.port(), kNew);
    page.hello();
    asker.hello();
    holdConsent(true);
    asker.start("bridge.requestAccess", scopes());
    bridge_.waitUntil([&] { return bridge_.consent().open == 1; });
    EXPECT_EQ(page.codeOf("pin.verify", {{"token", tokenOf(page)}}), "busy");
    asker.drop();
    bridge_.waitUntil([&] { return bridge_.consent().open == 0; });
    EXPECT_EQ(page.codeOf("pin.verify", {{"token", tokenOf(page)}}), "");
}

TEST_F(OneDialog, manyQuestionsAtOnce_areRefusedThreeTimesAndNotShownAgain_S20) {
    Client asker(bridge_.port(), kNew);
    asker.hello();
    refuseNext(20);
    std::vector<int> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(asker.start("bridge.requestAccess", scopes()));
    std::map<std::string, int> codes;
    for (const int id : ids) ++codes[asker.finish(id).at("error").at("data").at("code").get<std::string>()];
    EXPECT_EQ(codes, (std::map<std::string, int>{{"user-cancelled", 3}, {"rate-limited", 17}}));
    EXPECT_EQ(dialogsShown(), 3U);
}

TEST_F(OneDialog, twoTabsThatAskTheSame_areAnsweredByOneYes_S20) {
    Client one(bridge_.port(), kNew);
    Client two(bridge_.port(), kNew);
    one.hello();
    two.hello();
    const int first = one.start("bridge.requestAccess", scopes());
    const int second = two.start("bridge.requestAccess", scopes());
    for (const json& answer : {one.finish(first), two.finish(second)})
        EXPECT_EQ(answer.at("result").at("grants"), (json{"tokens", "sign"}));
    EXPECT_EQ(dialogsShown(), 1U);
}

TEST_F(OneDialog, questionTakenBackAgainAndAgain_isNotShownForEver_S20) {
    holdConsent(true);
    for (unsigned i = 1; i <= 10; ++i) {
        Client asker(bridge_.port(), kNew);
        asker.hello();
        asker.start("bridge.requestAccess", scopes());
        bridge_.waitUntil([&] { return bridge_.consent().open == 1; });
        asker.drop();
        bridge_.waitUntil([&] { return bridge_.consent().open == 0; });
    }
    Client asker(bridge_.port(), kNew);
    asker.hello();
    EXPECT_EQ(asker.codeOf("bridge.requestAccess", scopes()), "rate-limited");
    EXPECT_EQ(dialogsShown(), 10U);
}

TEST_F(OneDialog, pageWithoutAnyGrant_cannotEvenLogOut_S66) {
    Client stranger(bridge_.port(), kNew);
    stranger.hello();
    EXPECT_EQ(stranger.codeOf("pin.logout", {{"token", std::string(22, 'A')}}), "scope-denied");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("tokens"); }), 0U) << "no driver was asked";
}

TEST_F(OneDialog, pinThatLocksTheToken_countsAsAWrongOne_S18) {
    bridge_.plug("A");
    Client page(bridge_.port());
    page.hello();
    const std::uint32_t most = config::Limits().wrongPinsPerHour;
    const auto tryWith = [&](const Error& error) {
        bridge_.inLoop([&] { bridge_.hosts().answerPin(error); });
        return page.codeOf("pin.verify", {{"token", tokenOf(page)}});
    };
    for (std::uint32_t i = 0; i < most; ++i)
        EXPECT_EQ(tryWith(Error(ErrorCode::pinLocked, "it was locked before")), "pin-locked");
    for (std::uint32_t i = 0; i < most; ++i)
        EXPECT_EQ(tryWith(Error(ErrorCode::pinLocked, "wrong").withDriverCode(0xA0)), "pin-locked");
    EXPECT_EQ(page.codeOf("pin.verify", {{"token", tokenOf(page)}}), "rate-limited");
}

}  // namespace
}  // namespace ukey::test
