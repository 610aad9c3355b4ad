// Two origins, two tabs, one token: nothing crosses from one page to another.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "daemon/policy/grants.hpp"
#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/support/scratch_folder.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

/// A page with its names for the one token.
struct Tab {
    explicit Tab(std::uint16_t port, const std::string& origin = kPortal) : client(port, origin) {
        resume = client.hello().at("resume");
        const json entry = client.result("certificates.list").at("certificates").at(0);
        certificate = entry.at("id");
        token = entry.at("token");
    }
    json signing() const {
        return {{"certificate", certificate},
                {"digest", toBase64Url(Bytes(32, 5))},
                {"digestAlgorithm", "sha256"}};
    }
    void login() { client.result("pin.verify", {{"token", token}}); }
    std::string signCode() { return client.codeOf("sign.digest", signing()); }

    Client client;
    std::string resume;
    std::string certificate;
    std::string token;
};

json helloWith(const std::string& resume) {
    return {{"client", {{"name", "test"}, {"version", "1"}}}, {"resume", resume}};
}

class Isolation : public testing::Test {
  protected:
    Isolation() { address_ = bridge_.plug("SN1"); }
    BridgeUnderTest bridge_;
    hosts::TokenAddress address_;
};

TEST_F(Isolation, loginOfOneOrigin_isNoUseToAnother_S17) {
    Tab portal(bridge_.port());
    Tab other(bridge_.port(), kOther);
    portal.login();
    EXPECT_EQ(portal.signCode(), "");
    EXPECT_EQ(other.signCode(), "pin-required");
    EXPECT_EQ(other.client.codeOf("auth.sign", {{"certificate", other.certificate},
                                                {"challenge", std::string(43, 'A') + "="}}),
              "pin-required");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("sign"); }), 1U)
        << "a refused signature must not reach the token";
}

TEST_F(Isolation, loginOfOneTab_isNoUseToAnotherOfTheSameOrigin_S17) {
    Tab one(bridge_.port());
    Tab two(bridge_.port());
    one.login();
    EXPECT_EQ(two.signCode(), "pin-required");
    EXPECT_EQ(one.signCode(), "");
}

TEST_F(Isolation, logoutOfAStranger_endsNobodysLogin) {
    Tab one(bridge_.port());
    Tab other(bridge_.port(), kOther);
    one.login();
    (void)other.client.call("pin.logout", {{"token", other.token}});
    (void)other.client.call("pin.logout", {{"token", one.token}});
    EXPECT_EQ(one.signCode(), "");
}

TEST_F(Isolation, namesOfOneOrigin_meanNothingToAnother_S67) {
    Tab one(bridge_.port());
    Tab other(bridge_.port(), kOther);
    one.login();
    other.login();
    EXPECT_EQ(other.client.codeOf("sign.digest", one.signing()), "certificate-not-found");
    EXPECT_EQ(other.client.codeOf("pin.verify", {{"token", one.token}}), "token-not-found");
    EXPECT_EQ(other.client.codeOf("pin.change", {{"token", one.token}}), "token-not-found");
    EXPECT_EQ(other.client.codeOf("certificates.list", {{"token", one.token}}), "token-not-found");
}

TEST_F(Isolation, repliesWithTheSameId_goEachToItsOwnPage_S35) {
    Tab one(bridge_.port());
    Tab other(bridge_.port(), kOther);
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    const std::string id = "same-id";
    one.client.send(
        json{{"jsonrpc", "2.0"}, {"id", id}, {"method", "pin.verify"}, {"params", {{"token", one.token}}}}
            .dump());
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    other.client.send(json{{"jsonrpc", "2.0"}, {"id", id}, {"method", "tokens.list"}}.dump());
    EXPECT_TRUE(json::parse(other.client.receive()).at("result").contains("tokens"));
    bridge_.inLoop([&] { bridge_.hosts().release("verify-pin"); });
    EXPECT_EQ(json::parse(one.client.receive()).at("result"), json::object());
}

TEST_F(Isolation, requestOfAnother_cannotBeCancelled_S35) {
    Tab one(bridge_.port());
    Tab other(bridge_.port(), kOther);
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    const int verifying = one.client.start("pin.verify", {{"token", one.token}});
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    other.client.result("tokens.list");  // So that the next call has an id of its own.
    other.client.result("bridge.cancel", {{"request", verifying}});
    other.client.result("tokens.list");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().cancelled(); }), 0U);
    bridge_.inLoop([&] { bridge_.hosts().release("verify-pin"); });
    EXPECT_TRUE(one.client.finish(verifying).contains("result"));
}

TEST_F(Isolation, requestThatCancelsItself_harmsNobody_S36) {
    Tab one(bridge_.port());
    Tab other(bridge_.port(), kOther);
    for (int i = 0; i < 3; ++i) {
        one.client.send(R"({"jsonrpc":"2.0","id":"me","method":"bridge.cancel","params":{"request":"me"}})");
        EXPECT_EQ(json::parse(one.client.receive()).at("id"), "me");
    }
    EXPECT_EQ(one.client.codeOf("tokens.list"), "");
    EXPECT_EQ(other.client.codeOf("tokens.list"), "");
}

TEST_F(Isolation, eventsOfTokens_goToSubscribersAndCarryTheirOwnNames_S35_S67) {
    Tab one(bridge_.port());
    Tab other(bridge_.port(), kOther);
    Tab silent(bridge_.port());
    one.client.result("tokens.subscribe");
    other.client.result("tokens.subscribe");
    bridge_.inLoop([&] { bridge_.hosts().unplug(address_); });
    EXPECT_EQ(one.client.notification().at("params").at("token").at("id"), one.token);
    EXPECT_EQ(other.client.notification().at("params").at("token").at("id"), other.token);
    silent.client.result("tokens.list");
    EXPECT_EQ(silent.client.notificationsSeen(), 0U);
}

TEST_F(Isolation, resumeOfAnotherOrigin_getsNothingAndEndsTheLogin_S17) {
    std::string stolen;
    {
        Tab one(bridge_.port());
        one.login();
        stolen = one.resume;
        one.client.close();
    }
    Client thief(bridge_.port(), kOther);
    EXPECT_EQ(thief.hello(helloWith(stolen)).at("resumed"), false);
    Client owner(bridge_.port());
    EXPECT_EQ(owner.hello(helloWith(stolen)).at("resumed"), false);
    bridge_.waitUntil([&] { return !bridge_.hosts().isLoggedIn(address_); });
}

TEST_F(Isolation, resumeOfAnOpenPage_getsNothingAndLeavesItsLogin_S17) {
    Tab one(bridge_.port());
    one.login();
    Client thief(bridge_.port());
    EXPECT_EQ(thief.hello(helloWith(one.resume)).at("resumed"), false);
    EXPECT_EQ(one.signCode(), "");
}

TEST_F(Isolation, resumeUsedASecondTime_getsNothing_S17) {
    std::string secret;
    {
        Tab one(bridge_.port());
        one.login();
        secret = one.resume;
        one.client.close();
    }
    Client next(bridge_.port());
    EXPECT_EQ(next.hello(helloWith(secret)).at("resumed"), true);
    Client replay(bridge_.port());
    EXPECT_EQ(replay.hello(helloWith(secret)).at("resumed"), false);
    EXPECT_EQ(replay.codeOf("tokens.list"), "");
}

TEST_F(Isolation, loginOfAClosedPage_isNoUseToTheNextWithItsOwnResumeOrNone_S17) {
    std::string own;
    {
        Tab stranger(bridge_.port());
        own = stranger.resume;
        stranger.client.close();
    }
    {
        Tab one(bridge_.port());
        one.login();
        one.client.drop();
    }
    Tab next(bridge_.port());
    EXPECT_EQ(next.signCode(), "pin-required");
    Client other(bridge_.port());
    EXPECT_EQ(other.hello(helloWith(own)).at("resumed"), false);
    EXPECT_EQ(other.codeOf("sign.digest", next.signing()), "pin-required");
}

// Of the PINs that another site had entered wrong.
TEST_F(Isolation, triesThatAreLeft_areNotShown_S67) {
    Tab portal(bridge_.port());
    const auto shown = [&](token::PinStatus status, bool isDefault = false) {
        token::PinState pin;
        pin.status = status;
        pin.triesLeft = 2;
        pin.isDefault = isDefault;
        bridge_.inLoop([&] { bridge_.hosts().setPin(address_, pin); });
        return portal.client.result("tokens.list").at("tokens").at(0).at("pin");
    };
    EXPECT_EQ(shown(token::PinStatus::ok), (json{{"state", "ok"}}));
    EXPECT_EQ(shown(token::PinStatus::low), (json{{"state", "ok"}}));
    EXPECT_EQ(shown(token::PinStatus::finalTry), (json{{"state", "ok"}}));
    EXPECT_EQ(shown(token::PinStatus::finalTry, true), (json{{"state", "default"}}));
    EXPECT_EQ(shown(token::PinStatus::locked), (json{{"state", "locked"}}));
}

TEST_F(Isolation, logout_endsTheLoginForItsSuccessorToo_S17) {
    std::string secret;
    {
        Tab one(bridge_.port());
        one.login();
        one.client.result("pin.logout", {{"token", one.token}});
        secret = one.resume;
        one.client.close();
    }
    Client next(bridge_.port());
    EXPECT_EQ(next.hello(helloWith(secret)).at("resumed"), false);
}

TEST_F(Isolation, wrongPinsOfOneOrigin_areCappedAndStopNoOther_S18) {
    Tab one(bridge_.port());
    Tab other(bridge_.port(), kOther);
    const std::uint32_t most = config::Limits().wrongPinsPerHour;
    for (std::uint32_t i = 0; i < most; ++i) {
        bridge_.inLoop([&] { bridge_.hosts().answerPin(Error(ErrorCode::pinIncorrect, "wrong")); });
        EXPECT_EQ(one.client.codeOf("pin.verify", {{"token", one.token}}), "pin-incorrect");
    }
    EXPECT_EQ(one.client.codeOf("pin.verify", {{"token", one.token}}), "rate-limited");
    Tab again(bridge_.port());
    EXPECT_EQ(again.client.codeOf("pin.verify", {{"token", again.token}}), "rate-limited");
    EXPECT_EQ(again.client.codeOf("pin.change", {{"token", again.token}}), "rate-limited");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("verify-pin"); }), most);
    other.login();
    EXPECT_EQ(other.signCode(), "");
}

class IsolationOfGrants : public testing::Test {
  protected:
    static config::Config asking(const std::filesystem::path& folder) {
        config::Config configuration = BridgeUnderTest::usualConfig();
        configuration.unknownOrigins = policy::UnknownOrigins::ask;
        configuration.stateDir = folder;
        return configuration;
    }
    ScratchFolder folder_;
};

TEST_F(IsolationOfGrants, grant_isOfItsOriginAloneAndSurvivesARestart_S66) {
    {
        BridgeUnderTest bridge(asking(folder_.path()));
        Client client(bridge.port(), kNew);
        client.hello();
        client.result("bridge.requestAccess", {{"scopes", {"tokens", "sign"}}});
        Client stranger(bridge.port(), "https://newer.example");
        EXPECT_EQ(stranger.hello().at("grants"), json::array());
        EXPECT_EQ(stranger.codeOf("tokens.list"), "scope-denied");
    }
    BridgeUnderTest bridge(asking(folder_.path()));
    Client client(bridge.port(), kNew);
    EXPECT_EQ(client.hello().at("grants"), (json{"tokens", "sign"}));
    EXPECT_EQ(client.codeOf("tokens.list"), "");
    EXPECT_EQ(client.codeOf("certificates.list"), "scope-denied");
    client.result("bridge.requestAccess", {{"scopes", {"tokens", "sign"}}});
    EXPECT_TRUE(bridge.inLoop([&] { return bridge.consent().dialogs.empty(); })) << "granted before";
}

TEST_F(IsolationOfGrants, revokedGrant_stopsAnOpenPageAndItsEvents_S66) {
    BridgeUnderTest bridge(asking(folder_.path()));
    const auto address = bridge.plug("SN1");
    Client client(bridge.port(), kNew);
    client.hello();
    client.result("bridge.requestAccess", {{"scopes", {"tokens"}}});
    client.result("tokens.subscribe");
    EXPECT_TRUE(policy::Grants(folder_.path(), Bytes(32, 7)).revoke(kNew));
    bridge.inLoop([&] { bridge.hosts().unplug(address); });
    EXPECT_EQ(client.codeOf("tokens.list"), "scope-denied");
    EXPECT_EQ(client.notificationsSeen(), 0U);
}

TEST_F(IsolationOfGrants, dialog_listsOnlyWhatIsMissing_S11) {
    BridgeUnderTest bridge(asking(folder_.path()));
    Client client(bridge.port(), kNew);
    client.hello();
    client.result("bridge.requestAccess", {{"scopes", {"tokens"}}});
    client.result("bridge.requestAccess", {{"scopes", {"tokens", "manage"}}});
    const auto text = bridge.inLoop([&] { return bridge.consent().dialogs.at(1).text; });
    EXPECT_NE(text.find(message(Language::english, "scope.manage")), std::string::npos);
    EXPECT_EQ(text.find(message(Language::english, "scope.tokens")), std::string::npos);
}

TEST_F(IsolationOfGrants, originThatWasToldNoThreeTimes_isNotAskedAboutAgain_S20) {
    BridgeUnderTest bridge(asking(folder_.path()));
    Client client(bridge.port(), kNew);
    client.hello();
    for (int i = 0; i < 3; ++i) {
        bridge.inLoop([&] { bridge.consent().refusals.push_back(ErrorCode::userCancelled); });
        EXPECT_EQ(client.codeOf("bridge.requestAccess", {{"scopes", {"tokens"}}}), "user-cancelled");
    }
    EXPECT_EQ(client.codeOf("bridge.requestAccess", {{"scopes", {"tokens"}}}), "rate-limited");
    Client other(bridge.port(), "https://newer.example");
    other.hello();
    EXPECT_EQ(other.codeOf("bridge.requestAccess", {{"scopes", {"tokens"}}}), "");
}

TEST_F(IsolationOfGrants, originWithoutTls_isNotEvenAskedAbout_S2) {
    BridgeUnderTest bridge(asking(folder_.path()));
    EXPECT_EQ(handshakeStatus(bridge.port(), {.origin = "http://new.example"}), "403");
    EXPECT_EQ(handshakeStatus(bridge.port(), {.origin = "chrome-extension://abcdefgh"}), "403");
    EXPECT_EQ(handshakeStatus(bridge.port(), {.origin = kNew}), "101");
}

}  // namespace
}  // namespace ukey::test
