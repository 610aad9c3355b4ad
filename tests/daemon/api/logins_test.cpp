// Whose login it is: of one connection, until it ends, and of the next page that may take it over.
#include "tests/daemon/api/tokens_fixture.hpp"

namespace ukey::test {
namespace {

TEST_F(Tokens, loginOfOneConnection_isNoOthers) {
    bridge_.plug("SN1");
    Client one(bridge_.port());
    Client sameOrigin(bridge_.port());
    Client otherOrigin(bridge_.port(), kOther);
    for (Client* client : {&one, &sameOrigin, &otherOrigin}) client->hello();
    one.result("pin.verify", {{"token", firstToken(one)}});
    EXPECT_EQ(one.codeOf("sign.digest", digestParams(firstCertificate(one))), "");
    EXPECT_EQ(sameOrigin.codeOf("sign.digest", digestParams(firstCertificate(sameOrigin))), "pin-required");
    EXPECT_EQ(otherOrigin.codeOf("sign.digest", digestParams(firstCertificate(otherOrigin))), "pin-required");
    EXPECT_EQ(sameOrigin.codeOf("auth.sign", {{"certificate", firstCertificate(sameOrigin)},
                                              {"challenge", toBase64(Bytes(32, 1))}}),
              "pin-required");
    EXPECT_EQ(count("sign"), 1U);
}

TEST_F(Tokens, logoutOfOneConnection_leavesTheOthersAlone) {
    const auto address = bridge_.plug("SN1");
    Client one(bridge_.port());
    Client other(bridge_.port(), kOther);
    one.hello();
    other.hello();
    one.result("pin.verify", {{"token", firstToken(one)}});
    other.result("pin.verify", {{"token", firstToken(other)}});
    EXPECT_EQ(one.result("pin.logout", {{"token", firstToken(one)}}), json::object());
    EXPECT_EQ(one.codeOf("sign.digest", digestParams(firstCertificate(one))), "pin-required");
    EXPECT_EQ(other.codeOf("sign.digest", digestParams(firstCertificate(other))), "");
    other.result("pin.logout", {{"token", firstToken(other)}});
    bridge_.waitUntil([&] { return !bridge_.hosts().isLoggedIn(address); });
}

TEST_F(Tokens, unplugging_endsEveryLogin_S17) {
    const auto address = bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    bridge_.inLoop([&] { bridge_.hosts().unplug(address); });
    bridge_.plug("SN1");
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(firstCertificate(client))), "pin-required");
}

TEST_F(Tokens, libraryThatLostItsLogin_makesThePageLogInAgain) {
    const auto address = bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const std::string certificate = firstCertificate(client);
    bridge_.inLoop([&] { bridge_.hosts().dropLogin(address); });
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(certificate)), "pin-required");
    client.result("pin.verify", {{"token", firstToken(client)}});
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(certificate)), "");
}

class Resume : public Tokens {
  protected:
    json helloWith(Client& client, const std::string& resume) {
        return client.hello({{"client", {{"name", "x"}, {"version", "1"}}}, {"resume", resume}});
    }
    /// A page that logged in; gives its secret.
    std::string logIn(Client& client) {
        const std::string secret = client.hello().at("resume");
        client.result("pin.verify", {{"token", firstToken(client)}});
        return secret;
    }
};

TEST_F(Resume, nextPageOfTheOrigin_isLoggedInOnce) {
    bridge_.plug("SN1");
    Client first(bridge_.port());
    const std::string secret = logIn(first);
    first.close();
    Client second(bridge_.port());
    EXPECT_EQ(helloWith(second, secret).at("resumed"), true);
    EXPECT_EQ(second.codeOf("sign.digest", digestParams(firstCertificate(second))), "");
    Client replay(bridge_.port());
    EXPECT_EQ(helloWith(replay, secret).at("resumed"), false);
    EXPECT_EQ(replay.codeOf("sign.digest", digestParams(firstCertificate(replay))), "pin-required");
}

// For a page that wants to know first whether it is its bridge that answers.
TEST_F(Resume, afterTheHello_takesTheLoginOverOnce_S50) {
    bridge_.plug("SN1");
    Client first(bridge_.port());
    const std::string secret = logIn(first);
    first.close();
    Client second(bridge_.port());
    EXPECT_EQ(second.codeOf("bridge.resume", {{"resume", secret}}), "hello-required");
    EXPECT_FALSE(second.hello().contains("resumed"));
    EXPECT_EQ(second.result("bridge.resume", {{"resume", secret}}), (json{{"resumed", true}}));
    EXPECT_EQ(second.codeOf("sign.digest", digestParams(firstCertificate(second))), "");
    EXPECT_EQ(second.result("bridge.resume", {{"resume", secret}}), (json{{"resumed", false}}));
}

TEST_F(Resume, chainOfPages_goesOn) {
    bridge_.plug("SN1");
    auto page = std::make_unique<Client>(bridge_.port());
    std::string secret = logIn(*page);
    for (int i = 0; i < 3; ++i) {
        page->close();
        page = std::make_unique<Client>(bridge_.port());
        const json result = helloWith(*page, secret);
        EXPECT_EQ(result.at("resumed"), true);
        EXPECT_NE(result.at("resume"), secret);
        secret = result.at("resume");
    }
    EXPECT_EQ(page->codeOf("sign.digest", digestParams(firstCertificate(*page))), "");
}

TEST_F(Resume, foreignOriginWithTheSecret_getsNothingAndTheLoginEnds) {
    const auto address = bridge_.plug("SN1");
    Client first(bridge_.port());
    const std::string secret = logIn(first);
    first.close();
    Client thief(bridge_.port(), kOther);
    EXPECT_EQ(helloWith(thief, secret).at("resumed"), false);
    EXPECT_EQ(thief.codeOf("sign.digest", digestParams(firstCertificate(thief))), "pin-required");
    bridge_.waitUntil([&] { return !bridge_.hosts().isLoggedIn(address); });
}

TEST_F(Resume, secretOfAnOpenPage_getsNothing) {
    bridge_.plug("SN1");
    Client first(bridge_.port());
    const std::string secret = logIn(first);
    Client copy(bridge_.port());
    EXPECT_EQ(helloWith(copy, secret).at("resumed"), false);
    EXPECT_EQ(first.codeOf("sign.digest", digestParams(firstCertificate(first))), "");
}

TEST_F(Resume, tokenPulledInBetween_isNotLoggedIn) {
    const auto address = bridge_.plug("SN1");
    Client first(bridge_.port());
    const std::string secret = logIn(first);
    first.close();
    bridge_.inLoop([&] { bridge_.hosts().unplug(address); });
    bridge_.plug("SN1");
    Client second(bridge_.port());
    EXPECT_EQ(helloWith(second, secret).at("resumed"), false);
    EXPECT_EQ(second.codeOf("sign.digest", digestParams(firstCertificate(second))), "pin-required");
}

TEST_F(Resume, pageWithoutALogin_hasNothingToResume) {
    Client first(bridge_.port());
    const std::string secret = first.hello().at("resume");
    first.close();
    Client second(bridge_.port());
    EXPECT_EQ(helloWith(second, secret).at("resumed"), false);
}

}  // namespace
}  // namespace ukey::test
