// pin.unlock as pages see it, with tokens in software and a clock that the test moves.
#include <gtest/gtest.h>

#include "ra.hpp"
#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/reasons.hpp"

namespace ukey::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class RemoteUnlock : public testing::Test {
  protected:
    RemoteUnlock() { greet(page_); }

    static void greet(Client& page) { page.hello(); }
    static std::string tokenOf(Client& page, std::size_t which = 0) {
        return page.result("tokens.list").at("tokens").at(which).at("id");
    }
    static json ask(Client& page, std::size_t which = 0) {
        return {{"token", tokenOf(page, which)}, {"method", "remote"}};
    }
    static std::string request(Client& page, std::size_t which = 0) {
        return page.result("pin.unlock", ask(page, which)).at("request");
    }
    static json finish(Client& page, const std::string& response, std::size_t which = 0) {
        json params = ask(page, which);
        params["response"] = response;
        return page.call("pin.unlock", params);
    }
    static std::string codeOf(const json& answer) {
        return answer.contains("error") ? answer.at("error").at("data").at("code").get<std::string>() : "";
    }
    /// Unlocks the maker's way, with a PIN that the user will not change now.
    static void leaveTemporaryPin(BridgeUnderTest& bridge, const hosts::TokenAddress& token, Client& page) {
        bridge.inLoop([&] {
            bridge.hosts().offerChallenge(token, Bytes(72, 9));
            bridge.hosts().fail("fake", "change-pin", Error(ErrorCode::userCancelled, "not now"));
        });
        auto made = requestIn(request(page));
        made.challenge.assign(8, 9);
        made.challenge.insert(made.challenge.end(), made.key.begin() + 1, made.key.end());
        const std::string response =
            toBase64Url(signedAnswer(made, unlock_answer::vendor(made, "so-pin-1", "246813")));
        EXPECT_EQ(finish(page, response).at("result"), json({{"temporaryPin", true}}));
    }
    std::vector<std::string> pinsSeen() {
        return bridge_.inLoop([&] { return bridge_.hosts().administratorPins(); });
    }

    BridgeUnderTest bridge_;
    hosts::TokenAddress token_ = bridge_.plug("S1");
    Client page_{bridge_.port()};
};

TEST_F(RemoteUnlock, sealedAnswer_bringsTheAdministratorPinToTheTokenOnce_S10) {
    const std::string response = sealedAnswer(request(page_), "so-pin-1");
    EXPECT_EQ(finish(page_, response).at("result"), json::object());
    EXPECT_EQ(pinsSeen(), std::vector<std::string>{"so-pin-1"});
    EXPECT_EQ(codeOf(finish(page_, response)), "unlock-not-found");
    EXPECT_EQ(pinsSeen().size(), 1U);
}

TEST_F(RemoteUnlock, answerAfterAReload_servesWithinTenMinutesAndNotAfter) {
    std::string response = sealedAnswer(request(page_), "so-pin-1");
    page_.drop();
    bridge_.advance(599s);
    Client reloaded(bridge_.port());
    greet(reloaded);
    EXPECT_EQ(codeOf(finish(reloaded, response)), "");
    response = sealedAnswer(request(reloaded), "so-pin-1");
    bridge_.advance(601s);
    EXPECT_EQ(codeOf(finish(reloaded, response)), "unlock-expired");
    EXPECT_EQ(pinsSeen().size(), 1U);
}

TEST_F(RemoteUnlock, wrongForeignAndSwappedAnswers_costNoTry_S18) {
    bridge_.plug("S2");
    Client other(bridge_.port(), "https://other.example");
    greet(other);
    const std::string response = sealedAnswer(request(page_), "so-pin-1");
    EXPECT_EQ(codeOf(finish(other, response)), "unlock-not-found") << "made for another site";
    EXPECT_EQ(codeOf(finish(page_, response, 1)), "unlock-mismatch") << "the token was swapped";
    EXPECT_EQ(codeOf(finish(page_, response.substr(0, response.size() - 4))), "unlock-invalid");
    EXPECT_EQ(codeOf(finish(page_, "not base64url!")), "unlock-invalid");
    EXPECT_EQ(codeOf(finish(page_, request(other))), "unlock-invalid") << "a request is no answer";
    EXPECT_TRUE(pinsSeen().empty());
    EXPECT_EQ(codeOf(finish(page_, response)), "") << "none of it harmed the right answer";
}

TEST_F(RemoteUnlock, cancelledDialog_leavesTheAnswerGood_S19) {
    const std::string response = sealedAnswer(request(page_), "so-pin-1");
    const auto failing = [&](ErrorCode code) {
        bridge_.inLoop([&] { bridge_.hosts().fail("fake", "unlock-pin-with", Error(code, "told to")); });
        return codeOf(finish(page_, response));
    };
    EXPECT_EQ(failing(ErrorCode::userCancelled), "user-cancelled");
    EXPECT_EQ(failing(ErrorCode::promptTimeout), "prompt-timeout");
    EXPECT_EQ(failing(ErrorCode::driverCrashed), "driver-crashed");
    bridge_.inLoop([&] { bridge_.hosts().heal(); });
    EXPECT_EQ(codeOf(finish(page_, response)), "");
}

TEST_F(RemoteUnlock, pageThatLeavesDuringTheDialog_findsItsAnswerGood_S20) {
    const std::string response = sealedAnswer(request(page_), "so-pin-1");
    bridge_.inLoop([&] { bridge_.hosts().hold("unlock-pin-with"); });
    json params = ask(page_);
    params["response"] = response;
    page_.start("pin.unlock", params);
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("unlock-pin-with") == 1; });
    Client second(bridge_.port());
    greet(second);
    EXPECT_EQ(codeOf(finish(second, response)), "busy") << "while the first tab uses it";
    page_.drop();
    bridge_.waitUntil([&] { return bridge_.hosts().cancelled() == 1; });
    bridge_.inLoop([&] { bridge_.hosts().release("unlock-pin-with"); });
    EXPECT_EQ(codeOf(finish(second, response)), "");
}

TEST_F(RemoteUnlock, pinThatTheTokenRefused_isToldAsTheAdministratorsAndCounted_S18) {
    auto configuration = BridgeUnderTest::usualConfig();
    configuration.limits.wrongPinsPerHour = 2;
    BridgeUnderTest bridge(configuration);
    bridge.plug("S1");
    Client page(bridge.port());
    page.hello({{"client", {{"name", "t"}, {"version", "1"}}}, {"locale", "en"}});
    bridge.inLoop([&] {
        bridge.hosts().fail("fake", "unlock-pin-with",
                            Error(ErrorCode::pinIncorrect, "wrong").withTriesLeft(5U).withAdministratorPin());
    });
    const std::string response = sealedAnswer(request(page), "so-pin-1");
    const json error = finish(page, response).at("error");
    EXPECT_EQ(error.at("data").at("code"), "pin-incorrect");
    EXPECT_EQ(error.at("data").at("pin"), "administrator");
    EXPECT_EQ(error.at("data").at("triesLeft"), 5);
    EXPECT_EQ(error.at("message"), "The administrator PIN is wrong.");
    EXPECT_EQ(codeOf(finish(page, response)), "unlock-not-found") << "it was tried";
    EXPECT_EQ(codeOf(finish(page, sealedAnswer(request(page), "so-pin-1"))), "pin-incorrect");
    EXPECT_EQ(codeOf(finish(page, sealedAnswer(request(page), "so-pin-1"))), "rate-limited");
}

// Whatever the sites' own caps are: nobody but the issuer can help a token whose administrator PIN is locked.
TEST_F(RemoteUnlock, wrongAdministratorPinsOnAToken_areCappedOverAllSites_S18) {
    Client other(bridge_.port(), "https://other.example");
    greet(other);
    bridge_.inLoop([&] {
        bridge_.hosts().fail(
            "fake", "unlock-pin-with",
            Error(ErrorCode::pinIncorrect, "wrong").withTriesLeft(5U).withAdministratorPin());
        bridge_.hosts().fail(
            "fake", "unlock-pin",
            Error(ErrorCode::pinIncorrect, "wrong").withTriesLeft(4U).withAdministratorPin());
    });
    EXPECT_EQ(codeOf(finish(page_, sealedAnswer(request(page_), "so-pin-1"))), "pin-incorrect");
    EXPECT_EQ(other.codeOf("pin.unlock", {{"token", tokenOf(other)}, {"method", "local"}}), "pin-incorrect");
    EXPECT_EQ(codeOf(finish(page_, sealedAnswer(request(page_), "so-pin-1"))), "rate-limited");
    EXPECT_EQ(other.codeOf("pin.unlock", {{"token", tokenOf(other)}, {"method", "local"}}), "rate-limited");
    bridge_.inLoop([&] { bridge_.hosts().heal(); });
    bridge_.plug("S2");
    EXPECT_EQ(other.codeOf("pin.unlock", {{"token", tokenOf(other, 1)}, {"method", "local"}}), "")
        << "another token has its own";
}

TEST_F(RemoteUnlock, answerThatThePageMadeItself_isNoneAndCostsNoTry_S18) {
    const auto asked = requestIn(request(page_));
    const Bytes sealed = unlock_answer::sealed(asked, "guess-1");
    EXPECT_EQ(codeOf(finish(page_, toBase64Url(sealed))), "unlock-invalid");
    const auto key = pki::test::TestKey::generate(token::KeyAlgorithm::sm2);
    const Bytes own = pki::test::TestCa(token::KeyAlgorithm::p256).issue(key.publicKey());
    EXPECT_EQ(
        codeOf(finish(page_, toBase64Url(unlock_answer::signedBy({key.handle(), {own}}, asked, sealed)))),
        "unlock-invalid");
    EXPECT_TRUE(pinsSeen().empty());
}

TEST_F(RemoteUnlock, makersChallenge_goesOutAndItsAnswerComesBackAndThePinIsChanged) {
    bridge_.inLoop([&] { bridge_.hosts().offerChallenge(token_, Bytes(72, 9)); });
    const std::string asked = request(page_);
    auto made = requestIn(asked);
    EXPECT_EQ(made.challenge, Bytes(72, 9));
    EXPECT_EQ(codeOf(finish(page_, sealedAnswer(asked, "so-pin-1"))), "") << "the sealed form serves as well";

    made = requestIn(request(page_));
    made.challenge.assign(8, 9);
    made.challenge.insert(made.challenge.end(), made.key.begin() + 1, made.key.end());
    const std::string response =
        toBase64Url(signedAnswer(made, unlock_answer::vendor(made, "so-pin-1", "246813")));
    EXPECT_EQ(finish(page_, response).at("result"), json::object());
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().unlockResponses().size(); }), 1U);
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("change-pin"); }), 1U);
}

TEST_F(RemoteUnlock, temporaryPinThatWasNotChanged_isChangedBeforeTheNextLogin) {
    leaveTemporaryPin(bridge_, token_, page_);
    EXPECT_EQ(page_.codeOf("pin.verify", {{"token", tokenOf(page_)}}), "user-cancelled");
    bridge_.inLoop([&] { bridge_.hosts().heal(); });
    EXPECT_EQ(page_.codeOf("pin.verify", {{"token", tokenOf(page_)}}), "");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("change-pin"); }), 3U);
    EXPECT_EQ(page_.codeOf("pin.verify", {{"token", tokenOf(page_)}}), "");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("change-pin"); }), 3U) << "once is enough";
}

TEST_F(RemoteUnlock, temporaryPinThatWasChangedBeforeTheHostEnded_isNotChangedAgain) {
    leaveTemporaryPin(bridge_, token_, page_);
    const auto changes = [&] { return bridge_.inLoop([&] { return bridge_.hosts().count("change-pin"); }); };
    const unsigned before = changes();
    bridge_.inLoop([&] {
        bridge_.hosts().heal();
        Error ended(ErrorCode::driverCrashed, "the token host ended");
        bridge_.hosts().answerPin(ended.withReason(kPinChanged));
    });
    EXPECT_EQ(page_.codeOf("pin.verify", {{"token", tokenOf(page_)}}), "driver-crashed");
    EXPECT_EQ(page_.codeOf("pin.verify", {{"token", tokenOf(page_)}}), "");
    EXPECT_EQ(changes(), before + 1);
}

TEST_F(RemoteUnlock, temporaryPin_isStillChangedFirstAfterARestart) {
    ScratchFolder folder;
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.stateDir = folder.path().string();
    {
        BridgeUnderTest bridge(configuration);
        const auto token = bridge.plug("S1");
        Client page(bridge.port());
        greet(page);
        leaveTemporaryPin(bridge, token, page);
    }
    BridgeUnderTest bridge(configuration);
    bridge.plug("S1");
    Client page(bridge.port());
    greet(page);
    EXPECT_EQ(page.codeOf("pin.verify", {{"token", tokenOf(page)}}), "");
    EXPECT_EQ(bridge.inLoop([&] { return bridge.hosts().count("change-pin"); }), 1U);
}

TEST_F(RemoteUnlock, pageThatLeavesWhileTheTokenUnlocks_leavesTheTemporaryPinKnown) {
    bridge_.inLoop([&] {
        bridge_.hosts().offerChallenge(token_, Bytes(72, 9));
        bridge_.hosts().holdFirmly("unlock-response");
    });
    auto made = requestIn(request(page_));
    made.challenge.assign(8, 9);
    made.challenge.insert(made.challenge.end(), made.key.begin() + 1, made.key.end());
    json params = ask(page_);
    params["response"] = toBase64Url(signedAnswer(made, unlock_answer::vendor(made, "so-pin-1", "246813")));
    page_.start("pin.unlock", params);
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("unlock-response") == 1; });
    page_.drop();
    Client next(bridge_.port());
    greet(next);
    bridge_.inLoop([&] { bridge_.hosts().release("unlock-response"); });
    bridge_.waitUntil([&] { return !bridge_.hosts().unlockResponses().empty(); });
    EXPECT_EQ(next.codeOf("pin.verify", {{"token", tokenOf(next)}}), "");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().unlockResponses().size(); }), 1U);
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("change-pin"); }), 1U)
        << "the RA's PIN is changed before the next login";
}

TEST_F(RemoteUnlock, temporaryPinReplacedByALocalUnlock_isNotChangedAgain) {
    leaveTemporaryPin(bridge_, token_, page_);
    EXPECT_EQ(page_.codeOf("pin.unlock", {{"token", tokenOf(page_)}, {"method", "local"}}), "");
    EXPECT_EQ(page_.codeOf("pin.verify", {{"token", tokenOf(page_)}}), "");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("change-pin"); }), 1U);
}

TEST_F(RemoteUnlock, tokenPluggedInAgainElsewhere_isStillTheOneThatWasAskedFor) {
    const std::string response = sealedAnswer(request(page_), "so-pin-1");
    bridge_.inLoop([&] { bridge_.hosts().unplug(token_); });
    json params{{"token", "x"}, {"method", "remote"}, {"response", response}};
    EXPECT_EQ(page_.codeOf("pin.unlock", params), "token-not-found");
    bridge_.plug("S1");
    EXPECT_EQ(codeOf(finish(page_, response)), "");
}

TEST_F(RemoteUnlock, withoutManage_isRefused) {
    Client poor(bridge_.port(), "https://poor.example");
    greet(poor);
    EXPECT_EQ(poor.codeOf("pin.unlock", ask(poor)), "scope-denied");
    json local{{"token", tokenOf(page_)}, {"method", "local"}, {"response", "AAAA"}};
    EXPECT_EQ(page_.codeOf("pin.unlock", local), "bad-request");
}

TEST_F(RemoteUnlock, unlockEndsTheLoginsOfAll_S17) {
    page_.result("pin.verify", {{"token", tokenOf(page_)}});
    EXPECT_EQ(codeOf(finish(page_, sealedAnswer(request(page_), "so-pin-1"))), "");
    const json certificate = page_.result("certificates.list").at("certificates").at(0).at("id");
    EXPECT_EQ(page_.codeOf("sign.data", {{"certificate", certificate}, {"format", "raw"}, {"data", "AAAA"}}),
              "pin-required");
}

}  // namespace
}  // namespace ukey::test
