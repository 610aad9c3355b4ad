// There is one dialog at a time, whoever shows it, and no page can open one again and again.
#include <gtest/gtest.h>

#include <list>
#include <regex>
#include <set>
#include <string>

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

TEST_F(OneDialog, pinOnAnotherDriversToken_waitsForItsTurn_S20) {
    bridge_.plug("A", token::KeyAlgorithm::p256, "one");
    bridge_.plug("B", token::KeyAlgorithm::p256, "two");
    Client page(bridge_.port());
    Client other(bridge_.port(), kOther);
    page.hello();
    other.hello();
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    const int id = page.start("pin.verify", {{"token", tokenOf(page, 0)}});
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    const int second = other.start("pin.verify", {{"token", tokenOf(other, 1)}});
    for (const char* method : {"pin.verify", "pin.change"})
        EXPECT_EQ(other.codeOf(method, {{"token", tokenOf(other, 1)}}), "busy")
            << "one of it waits " << method;
    EXPECT_EQ(other.codeOf("pin.unlock", {{"token", tokenOf(other, 1)}, {"method", "local"}}), "busy");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().waiting("verify-pin"); }), 1U);
    bridge_.inLoop([&] { bridge_.hosts().release("verify-pin"); });
    EXPECT_EQ(page.finish(id).at("result"), json::object());
    EXPECT_EQ(other.finish(second).at("result"), json::object());
}

// A slow card: the user is done with the dialog, the driver works on.
TEST_F(OneDialog, driverThatWorksAfterItsDialog_holdsNoOtherTokensUp_S20) {
    bridge_.plug("A", token::KeyAlgorithm::p256, "slow");
    bridge_.plug("B", token::KeyAlgorithm::p256, "well");
    Client page(bridge_.port());
    Client other(bridge_.port(), kOther);
    page.hello();
    other.hello();
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    const int slow = page.start("pin.verify", {{"token", tokenOf(page, 0)}});
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    bridge_.inLoop([&] { bridge_.hosts().closeDialogs(); });
    EXPECT_EQ(other.codeOf("pin.change", {{"token", tokenOf(other, 1)}}), "");
    bridge_.inLoop([&] { bridge_.hosts().release("verify-pin"); });
    EXPECT_EQ(page.finish(slow).at("result"), json::object());
}

TEST_F(OneDialog, pinThatIsCancelledAgainAndAgain_isNotAskedForAgain_S20) {
    bridge_.plug("A");
    for (const ErrorCode code : {ErrorCode::userCancelled, ErrorCode::promptTimeout}) {
        SCOPED_TRACE(toString(code));
        Client page(bridge_.port(), code == ErrorCode::userCancelled ? kPortal : kOther);
        page.hello();
        bridge_.inLoop([&] {
            for (int i = 0; i < 3; ++i) bridge_.hosts().answerPin(Error(code, "told to"));
        });
        const auto asked = bridge_.inLoop([&] { return bridge_.hosts().count("verify-pin"); });
        std::map<std::string, int> codes;
        for (int i = 0; i < 20; ++i) ++codes[page.codeOf("pin.verify", {{"token", tokenOf(page)}})];
        EXPECT_EQ(codes,
                  (std::map<std::string, int>{{std::string(toString(code)), 3}, {"rate-limited", 17}}));
        EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("verify-pin"); }), asked + 3);
    }
}

TEST_F(OneDialog, cancelsOfEveryKindOfDialog_countTogether_S20) {
    bridge_.plug("A");
    Client page(bridge_.port());
    page.hello();
    for (const char* method : {"pin.verify", "pin.change"}) {
        bridge_.inLoop([&] {
            for (const char* operation : {"verify-pin", "change-pin"})
                bridge_.hosts().fail("fake", operation, Error(ErrorCode::userCancelled, "told to"));
        });
        EXPECT_EQ(page.codeOf(method, {{"token", tokenOf(page)}}), "user-cancelled");
    }
    bridge_.inLoop(
        [&] { bridge_.hosts().fail("fake", "unlock-pin", Error(ErrorCode::userCancelled, "told to")); });
    const json unlock{{"token", tokenOf(page)}, {"method", "local"}};
    EXPECT_EQ(page.codeOf("pin.unlock", unlock), "user-cancelled");
    bridge_.inLoop([&] { bridge_.hosts().heal(); });
    for (const char* method : {"pin.verify", "pin.change"})
        EXPECT_EQ(page.codeOf(method, {{"token", tokenOf(page)}}), "rate-limited") << method;
    EXPECT_EQ(page.codeOf("pin.unlock", unlock), "rate-limited");
}

TEST_F(OneDialog, subdomainsOfOneSite_areOneSite_S20) {
    refuseNext(30);
    std::map<std::string, int> codes;
    for (int i = 0; i < 30; ++i) {
        Client asker(bridge_.port(), "https://a" + std::to_string(i) + ".nagging.example");
        asker.hello();
        ++codes[asker.codeOf("bridge.requestAccess", scopes())];
    }
    EXPECT_EQ(codes, (std::map<std::string, int>{{"user-cancelled", 3}, {"rate-limited", 27}}));
    EXPECT_EQ(dialogsShown(), 3U);
}

TEST_F(OneDialog, siteThatAsksInALoop_leavesOthersTheirTurn_S20) {
    bridge_.plug("A");
    Client loop(bridge_.port(), kOther);
    Client honest(bridge_.port());
    loop.hello();
    honest.hello();
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    const int open = loop.start("pin.verify", {{"token", tokenOf(loop)}});
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    const int login = honest.start("pin.change", {{"token", tokenOf(honest)}});
    EXPECT_EQ(honest.codeOf("tokens.list"), "");  // So that it stands in the line.
    const int again = loop.start("pin.verify", {{"token", tokenOf(loop)}});
    for (int i = 0; i < 20; ++i) EXPECT_EQ(loop.codeOf("pin.verify", {{"token", tokenOf(loop)}}), "busy");
    bridge_.inLoop([&] { bridge_.hosts().release("verify-pin"); });
    EXPECT_EQ(honest.finish(login).at("result"), json::object());
    EXPECT_EQ(loop.finish(open).at("result"), json::object());
    EXPECT_EQ(loop.finish(again).at("result"), json::object());
}

TEST_F(OneDialog, lastTryOfThePin_isNotAPages_S18) {
    bridge_.plug("A");
    Client page(bridge_.port());
    page.hello();
    bridge_.inLoop(
        [&] { bridge_.hosts().answerPin(Error(ErrorCode::rateLimited, "the last try").withTriesLeft(1U)); });
    const json error = page.call("pin.verify", {{"token", tokenOf(page)}}).at("error");
    EXPECT_EQ(error.at("data").at("code"), "rate-limited");
    EXPECT_EQ(error.at("data").at("reason"), "last-try");
    EXPECT_EQ(error.at("data").at("triesLeft"), 1);
    EXPECT_NE(error.at("data").at("hint").get<std::string>().find("ukeyctl pin change"), std::string::npos);
    EXPECT_EQ(page.codeOf("pin.unlock", {{"token", tokenOf(page)}, {"method", "local"}}), "");
}

TEST_F(OneDialog, wrongPins_areForgottenWhenTheTokenHasAllItsTries_S18) {
    bridge_.plug("A");
    Client page(bridge_.port());
    page.hello();
    const std::uint32_t most = config::Limits().wrongPinsPerHour;
    const auto useUp = [&] {
        for (std::uint32_t i = 0; i < most; ++i) {
            bridge_.inLoop([&] { bridge_.hosts().answerPin(Error(ErrorCode::pinIncorrect, "wrong")); });
            EXPECT_EQ(page.codeOf("pin.verify", {{"token", tokenOf(page)}}), "pin-incorrect");
        }
    };
    useUp();
    EXPECT_EQ(page.codeOf("pin.verify", {{"token", tokenOf(page)}}), "rate-limited");
    EXPECT_EQ(page.codeOf("pin.unlock", {{"token", tokenOf(page)}, {"method", "local"}}), "")
        << "wrong user PINs do not stand in the way of an unlock";
    useUp();
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

TEST_F(OneDialog, pinWhileAQuestionIsOpen_waitsForItsTurn_S20) {
    bridge_.plug("A");
    Client page(bridge_.port());
    Client asker(bridge_.port(), kNew);
    page.hello();
    asker.hello();
    holdConsent(true);
    asker.start("bridge.requestAccess", scopes());
    bridge_.waitUntil([&] { return bridge_.consent().open == 1; });
    const int login = page.start("pin.verify", {{"token", tokenOf(page)}});
    EXPECT_EQ(page.codeOf("tokens.list"), "");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("verify-pin"); }), 0U);
    asker.drop();
    EXPECT_EQ(page.finish(login).at("result"), json::object());
}

// As many as may connect, each from a domain of its own, and nobody answers the first one's question.
TEST_F(OneDialog, questionsOfStrangers_leaveASiteOfThePolicyTheNextTurn_S20) {
    bridge_.plug("A");
    holdConsent(true);
    std::list<Client> strangers;
    for (int i = 0; i < 10; ++i) {
        Client& stranger =
            strangers.emplace_back(bridge_.port(), "https://s" + std::to_string(i) + ".example");
        stranger.hello();
        stranger.start("bridge.requestAccess", scopes());
        if (i == 0) bridge_.waitUntil([&] { return bridge_.consent().open == 1; });
    }
    for (Client& stranger : strangers) (void)stranger.call("no.such");  // So that all stand in the line.
    Client page(bridge_.port());
    page.hello();
    const int login = page.start("pin.verify", {{"token", tokenOf(page)}});
    // What a login looks up before it stands in the line, the disk's worker has done before it does this.
    EXPECT_EQ(page.codeOf("certificates.list"), "");
    strangers.front().drop();
    EXPECT_EQ(page.finish(login).at("result"), json::object());
    bridge_.waitUntil([&] { return bridge_.consent().open == 1; });
    EXPECT_EQ(dialogsShown(), 2U) << "the first stranger's and, after the login, the second's";
}

TEST_F(OneDialog, manyQuestionsAtOnce_areRefusedThreeTimesAndNotShownAgain_S20) {
    Client asker(bridge_.port(), kNew);
    asker.hello();
    refuseNext(20);
    std::vector<int> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(asker.start("bridge.requestAccess", scopes()));
    std::map<std::string, int> codes;
    for (const int id : ids) ++codes[asker.finish(id).at("error").at("data").at("code").get<std::string>()];
    EXPECT_EQ(codes["user-cancelled"] + codes["busy"] + codes["rate-limited"], 20);
    EXPECT_GE(dialogsShown(), 1U);
    EXPECT_LE(dialogsShown(), 3U);
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

/// 32 octets, base64url.
json nonceOf(char letter) { return {{"nonce", std::string(42, letter) + "A"}}; }

TEST_F(OneDialog, firstMeeting_showsACodeOfThisSiteAndNonceAlone_S50) {
    Client page(bridge_.port());
    Client again(bridge_.port());
    Client other(bridge_.port(), kOther);
    for (Client* client : {&page, &again, &other}) client->hello();
    EXPECT_EQ(page.result("bridge.confirmIdentity", nonceOf('A')), json::object());
    EXPECT_EQ(again.result("bridge.confirmIdentity", nonceOf('A')), json::object());
    EXPECT_EQ(again.result("bridge.confirmIdentity", nonceOf('B')), json::object());
    EXPECT_EQ(other.result("bridge.confirmIdentity", nonceOf('A')), json::object());
    const auto dialogs = bridge_.inLoop([&] { return bridge_.consent().dialogs; });
    ASSERT_EQ(dialogs.size(), 4U);
    EXPECT_EQ(dialogs.at(0).text, dialogs.at(1).text);
    const std::regex code("Code: ([0-9]{3} [0-9]{3}) ");
    std::set<std::string> codes;
    for (const auto& dialog : dialogs) {
        std::smatch found;
        ASSERT_TRUE(std::regex_search(dialog.text, found, code)) << dialog.text;
        codes.insert(found[1]);
    }
    EXPECT_EQ(codes.size(), 3U);
    EXPECT_NE(dialogs.at(3).text.find(kOther), std::string::npos);
    EXPECT_EQ(dialogs.at(3).ok, "The same");
}

TEST_F(OneDialog, firstMeetingThatTheUserDenies_isNoneAndIsNotAskedAgainForEver_S20_S50) {
    Client page(bridge_.port());
    page.hello();
    refuseNext(3);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(page.codeOf("bridge.confirmIdentity", nonceOf('A')), "user-cancelled");
    EXPECT_EQ(page.codeOf("bridge.confirmIdentity", nonceOf('A')), "rate-limited");
    for (const char* bad : {"", "AAAA"})
        EXPECT_EQ(page.codeOf("bridge.confirmIdentity", {{"nonce", bad}}), "bad-request");
    EXPECT_EQ(dialogsShown(), 3U);
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
