// The protocol through a running server: gates, limits, hostile messages.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "daemon/api/methods.hpp"
#include "daemon/rpc/description.hpp"
#include "tests/daemon/support/bridge_under_test.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class Protocol : public testing::Test {
  protected:
    /// Sends text as it is and gives error.data.code and the number of the answer.
    std::pair<std::string, int> refusal(Client& client, const std::string& text) {
        client.send(text);
        const json answer = json::parse(client.receive());
        const json& error = answer.at("error");
        return {error.at("data").at("code"), error.at("code")};
    }
    BridgeUnderTest bridge_;
};

using Refusal = std::pair<std::string, int>;

TEST_F(Protocol, hello_tellsWhoAndWhat) {
    Client client(bridge_.port());
    const json result = client.hello();
    EXPECT_EQ(result.at("protocol"), "ukey.v1");
    EXPECT_EQ(result.at("origin"), kPortal);
    EXPECT_EQ(result.at("grants"), (json{"tokens", "certificates", "sign", "manage", "digest"}));
    EXPECT_EQ(result.at("features"), (json{"pin.change", "pin.unlock", "auth", "sign", "sign.batch",
                                           "sign.timestamp", "verify", "envelope", "enrolment"}));
    EXPECT_EQ(result.at("resume").get<std::string>().size(), 43U);
    EXPECT_FALSE(result.contains("resumed"));
}

TEST_F(Protocol, everythingBeforeHello_isRefused) {
    Client client(bridge_.port());
    EXPECT_EQ(client.codeOf("tokens.list"), "hello-required");
    EXPECT_EQ(client.codeOf("bridge.requestAccess", {{"scopes", {"tokens"}}}), "hello-required");
    EXPECT_EQ(client.codeOf("envelope.seal", {{"layers", {{"x"}}}, {"data", "AA"}}), "hello-required");
    client.hello();
    EXPECT_EQ(client.codeOf("tokens.list"), "");
}

TEST_F(Protocol, secondHello_isRefused) {
    Client client(bridge_.port());
    client.hello();
    EXPECT_EQ(client.codeOf("bridge.hello", {{"client", {{"name", "x"}, {"version", "1"}}}}), "bad-request");
}

TEST_F(Protocol, originNamedInTheBody_changesNothing_S1) {
    Client client(bridge_.port(), "https://poor.example");
    EXPECT_EQ(
        client.codeOf("bridge.hello", {{"client", {{"name", "x"}, {"version", "1"}}}, {"origin", kPortal}}),
        "bad-request");
    EXPECT_EQ(client.hello().at("origin"), "https://poor.example");
}

TEST_F(Protocol, methodsWithoutTheirScope_areRefusedBeforeAnyHandler) {
    Client client(bridge_.port(), "https://poor.example");
    client.hello();
    EXPECT_EQ(client.codeOf("tokens.list"), "");
    const unsigned asked = bridge_.inLoop([&] { return bridge_.hosts().count("tokens"); });
    EXPECT_EQ(client.codeOf("certificates.list"), "scope-denied");
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", "t"}}), "scope-denied");
    EXPECT_EQ(client.codeOf("pin.change", {{"token", "t"}}), "scope-denied");
    EXPECT_EQ(client.codeOf(
                  "sign.digest",
                  {{"certificate", "c"}, {"digest", std::string(43, 'A')}, {"digestAlgorithm", "sha256"}}),
              "scope-denied");
    EXPECT_EQ(client.codeOf("enrolment.list"), "scope-denied");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("tokens"); }), asked);
}

TEST_F(Protocol, tableOfMethods_agreesWithTheDescription) {
    const json description = json::parse(rpc::descriptionText());
    std::set<std::string> described;
    for (const json& entry : description.at("methods")) {
        const std::string name = entry.at("name");
        described.insert(name);
        const api::Method* method = api::findMethod(name);
        ASSERT_NE(method, nullptr) << name;
        const auto scopesIn = [&](const char* member) {
            policy::Scopes scopes;
            for (const json& scope : entry.value(member, json::array()))
                scopes.add(policy::scopeFrom(scope.get<std::string>()).value());
            return scopes;
        };
        EXPECT_EQ(method->anyOf, scopesIn("x-scope")) << name;
        EXPECT_EQ(method->allOf, scopesIn("x-scope-all")) << name;
    }
    EXPECT_EQ(described.size(), api::allMethods().size());
}

TEST_F(Protocol, pinInAnyField_isRefused_S10) {
    Client client(bridge_.port());
    client.hello();
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", "t"}, {"pin", "123456"}}), "bad-request");
    EXPECT_EQ(client.codeOf("tokens.list", {{"x", {{"adminPin", "1"}}}}), "bad-request");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("verify-pin"); }), 0U);
}

TEST_F(Protocol, hostileTexts_areRefusedEachWithItsNumber_S31_S33) {
    Client client(bridge_.port());
    client.hello();
    EXPECT_EQ(refusal(client, "]"), Refusal("bad-request", -32700));
    EXPECT_EQ(refusal(client, ""), Refusal("bad-request", -32700));
    EXPECT_EQ(refusal(client, R"([{"jsonrpc":"2.0","id":1,"method":"tokens.list"}])"),
              Refusal("bad-request", -32600));
    EXPECT_EQ(refusal(client, R"({"jsonrpc":"2.0","id":1,"method":"tokens.eject"})"),
              Refusal("bad-request", -32601));
    EXPECT_EQ(refusal(client, R"({"jsonrpc":"2.0","id":1,"method":"tokens.list","params":{"a":1}})"),
              Refusal("bad-request", -32602));
    EXPECT_EQ(refusal(client, std::string(100'000, '[') + std::string(100'000, ']')),
              Refusal("bad-request", -32600));
    EXPECT_EQ(client.codeOf("tokens.list"), "");
}

TEST_F(Protocol, idsAndHostileStrings_comeBackAsTheyWere_S30_S35) {
    Client client(bridge_.port());
    client.hello();
    for (const std::string id : {"\"", "\n", "</script>", "a\\u0000", "\xe2\x80\xae"}) {
        client.send(json{{"jsonrpc", "2.0"}, {"id", id}, {"method", "tokens.list"}}.dump());
        EXPECT_EQ(json::parse(client.receive()).at("id"), id);
    }
}

TEST_F(Protocol, notifications_areNotAnswered) {
    Client client(bridge_.port());
    client.send(R"({"jsonrpc":"2.0","method":"tokens.list"})");
    client.send(R"({"jsonrpc":"2.0","method":"no.such"})");
    client.send(R"({"jsonrpc":"2.0","method":"stream.credit","params":{"stream":1,"bytes":1}})");
    EXPECT_EQ(client.hello().at("origin"), kPortal);
    EXPECT_EQ(client.notificationsSeen(), 0U);
}

TEST_F(Protocol, binaryFrameOfNoStream_isAborted) {
    Client client(bridge_.port());
    client.sendBinary(std::string("\0\0\0\x05xyz", 7));
    const json aborted = client.notification();
    EXPECT_EQ(aborted.at("method"), "stream.abort");
    EXPECT_EQ(aborted.at("params").at("stream"), 5);
}

TEST_F(Protocol, languageOfTheCaller_isThatOfErrors) {
    Client client(bridge_.port());
    client.hello({{"client", {{"name", "x"}, {"version", "1"}}}, {"locale", "zh-CN"}});
    const json error = client.call("certificates.list", {{"token", "none"}}).at("error");
    EXPECT_EQ(error.at("message"), errorMessage(Language::chinese, ErrorCode::tokenNotFound));
    EXPECT_EQ(error.at("data").at("hint"), errorHint(Language::chinese, ErrorCode::tokenNotFound));
}

TEST(ProtocolLimits, tenThousandRequestsAtOnce_areAnsweredOrLimitedWithinMemory_S34) {
    // So slow that even under a sanitizer on a busy machine not all of them are due.
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.limits.rate = 1;
    BridgeUnderTest bridge(configuration);
    Client client(bridge.port());
    client.hello();
    std::string flood;
    constexpr int kRequests = 10'000;
    for (int i = 0; i < kRequests; ++i) {
        const std::string text =
            R"({"jsonrpc":"2.0","id":)" + std::to_string(i + 100) + R"(,"method":"tokens.list"})";
        flood += std::string("\x81") + static_cast<char>(0x80U | text.size()) + std::string(4, '\0') + text;
    }
    SecondWriter writer(client);
    std::thread sender([&] { EXPECT_TRUE(writer.write(flood)); });
    int served = 0;
    int limited = 0;
    std::set<int> ids;
    for (int i = 0; i < kRequests; ++i) {
        const json answer = json::parse(client.receive());
        ids.insert(answer.at("id").get<int>());
        if (answer.contains("result")) {
            ++served;
        } else if (answer.at("error").at("data").at("code") == "rate-limited") {
            ++limited;
        }
    }
    sender.join();
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(kRequests));
    EXPECT_EQ(served + limited, kRequests);
    EXPECT_GT(limited, 0);
    EXPECT_GE(served, 4000);
}

TEST_F(Protocol, callsUnderWay_areCapped_S34) {
    bridge_.inLoop([&] { bridge_.hosts().hold("tokens"); });
    Client client(bridge_.port());
    client.hello();
    for (int i = 0; i < 256; ++i) client.start("tokens.list");
    EXPECT_EQ(client.codeOf("tokens.list"), "rate-limited");
    bridge_.inLoop([&] { bridge_.hosts().release("tokens"); });
    for (int id = 2; id <= 257; ++id) EXPECT_TRUE(client.finish(id).contains("result"));
    EXPECT_EQ(client.codeOf("tokens.list"), "");
}

TEST(ProtocolLimits, rateOfAnOrigin_isSharedByItsConnectionsAlone_S34) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.limits.rate = 1;
    configuration.limits.burst = 20;
    BridgeUnderTest bridge(configuration);
    Client one(bridge.port());
    one.hello();
    for (int i = 0; i < 12; ++i) one.call("tokens.list");
    Client two(bridge.port());
    two.hello();
    bool limited = false;
    for (int i = 0; i < 12; ++i) limited = limited || two.codeOf("tokens.list") == "rate-limited";
    EXPECT_TRUE(limited);
    Client stranger(bridge.port(), "https://other.example");
    stranger.hello();
    EXPECT_EQ(stranger.codeOf("tokens.list"), "");
}

TEST_F(Protocol, slowToken_doesNotHoldUpOtherCalls) {
    bridge_.plug("A");
    Client client(bridge_.port());
    client.hello();
    const std::string token = client.result("tokens.list").at("tokens").at(0).at("id");
    bridge_.inLoop([&] { bridge_.hosts().hold("keys"); });
    const int slow = client.start("certificates.list", {{"token", token}});
    EXPECT_EQ(client.result("tokens.list").at("tokens").size(), 1U);
    bridge_.inLoop([&] { bridge_.hosts().release("keys"); });
    EXPECT_EQ(client.finish(slow).at("result").at("certificates").size(), 1U);
}

TEST_F(Protocol, cancelledCall_isGivenUpAndStillAnswers_S36) {
    bridge_.plug("A");
    Client client(bridge_.port());
    client.hello();
    const std::string token = client.result("tokens.list").at("tokens").at(0).at("id");
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    const int verifying = client.start("pin.verify", {{"token", token}});
    EXPECT_EQ(client.result("bridge.cancel", {{"request", verifying}}), json::object());
    EXPECT_EQ(client.finish(verifying).at("error").at("data").at("code"), "user-cancelled");
    EXPECT_EQ(client.result("bridge.cancel", {{"request", verifying}}), json::object());
    EXPECT_EQ(client.result("bridge.cancel", {{"request", "unknown"}}), json::object());
}

TEST_F(Protocol, requestForAccess_isAnsweredByPolicy) {
    Client client(bridge_.port(), "https://poor.example");
    client.hello();
    EXPECT_EQ(client.result("bridge.requestAccess", {{"scopes", {"tokens"}}}).at("grants"), json{"tokens"});
    EXPECT_EQ(client.codeOf("bridge.requestAccess", {{"scopes", {"tokens", "sign"}}}), "scope-denied");
    EXPECT_TRUE(bridge_.inLoop([&] { return bridge_.consent().dialogs.empty(); }));
}

class UsersAreAsked : public testing::Test {
  protected:
    static config::Config asking() {
        config::Config configuration = BridgeUnderTest::usualConfig();
        configuration.unknownOrigins = policy::UnknownOrigins::ask;
        return configuration;
    }
    BridgeUnderTest bridge_{asking()};
};

TEST_F(UsersAreAsked, unknownOrigin_learnsNothingBeforeTheUserAgrees_S66) {
    bridge_.plug("A");
    Client client(bridge_.port(), "https://new.example");
    EXPECT_EQ(client.hello().at("grants"), json::array());
    EXPECT_EQ(client.codeOf("tokens.list"), "scope-denied");
    EXPECT_EQ(client.result("bridge.requestAccess", {{"scopes", {"tokens"}}}).at("grants"), json{"tokens"});
    EXPECT_EQ(client.result("tokens.list").at("tokens").size(), 1U);
    EXPECT_EQ(client.codeOf("certificates.list"), "scope-denied");
    const auto text = bridge_.inLoop([&] { return bridge_.consent().dialogs.at(0).text; });
    EXPECT_NE(text.find("https://new.example"), std::string::npos);
}

TEST_F(UsersAreAsked, refusal_grantsNothing) {
    bridge_.inLoop([&] { bridge_.consent().refusals.push_back(ErrorCode::userCancelled); });
    Client client(bridge_.port(), "https://new.example");
    client.hello();
    EXPECT_EQ(client.codeOf("bridge.requestAccess", {{"scopes", {"tokens"}}}), "user-cancelled");
    EXPECT_EQ(client.codeOf("tokens.list"), "scope-denied");
}

TEST_F(UsersAreAsked, originWithARule_isNotAskedAbout) {
    Client client(bridge_.port(), "https://poor.example");
    client.hello();
    EXPECT_EQ(client.codeOf("bridge.requestAccess", {{"scopes", {"sign"}}}), "scope-denied");
}

TEST_F(UsersAreAsked, twoQuestions_comeOneAfterTheOtherAndCloseWithTheirPage_S20) {
    bridge_.inLoop([&] { bridge_.consent().hold = true; });
    Client one(bridge_.port(), "https://new.example");
    one.hello();
    one.start("bridge.requestAccess", {{"scopes", {"tokens"}}});
    Client two(bridge_.port(), "https://newer.example");
    two.hello();
    two.start("bridge.requestAccess", {{"scopes", {"tokens"}}});
    bridge_.waitUntil([&] { return bridge_.consent().open == 1; });
    one.drop();
    bridge_.waitUntil([&] { return bridge_.consent().dialogs.size() == 2; });
    two.drop();
    bridge_.waitUntil([&] { return bridge_.consent().open == 0; });
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.consent().mostOpen; }), 1U);
}

}  // namespace
}  // namespace ukey::test
