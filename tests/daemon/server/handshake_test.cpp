#include "daemon/server/handshake.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace ukey::server {
namespace {

constexpr std::uint16_t kPort = 23510;

RequestFacts properUpgrade() {
    RequestFacts facts;
    facts.sameUser = true;
    facts.method = "GET";
    facts.target = "/ukey/v1";
    facts.hostCount = 1;
    facts.host = "127.0.0.1:23510";
    facts.originCount = 1;
    facts.origin = "https://portal.example";
    facts.isUpgrade = true;
    facts.offersSubprotocol = true;
    facts.keyCount = 1;
    facts.key = "dGhlIHNhbXBsZSBub25jZQ==";
    return facts;
}

Verdict verdictOn(const RequestFacts& facts) {
    return judge(facts, kPort,
                 [](const policy::Origin& origin) { return origin.text() == "https://portal.example"; });
}

unsigned statusOf(const RequestFacts& facts) { return verdictOn(facts).status; }

TEST(Judgement, properUpgrade_isLetIn) {
    const Verdict verdict = verdictOn(properUpgrade());
    EXPECT_EQ(verdict.action, Verdict::Action::upgrade);
    ASSERT_TRUE(verdict.origin);
    EXPECT_EQ(verdict.origin->text(), "https://portal.example");
}

TEST(Judgement, otherUsersProcess_isRefusedWhateverItSays_S48) {
    RequestFacts facts = properUpgrade();
    facts.sameUser = false;
    EXPECT_EQ(statusOf(facts), 403U);
    facts.target = "/health";
    EXPECT_EQ(statusOf(facts), 403U);
}

TEST(Judgement, status_isForThisUsersProgramsAndNotForPages) {
    RequestFacts facts = properUpgrade();
    facts.target = "/status";
    facts.isForStatus = true;
    EXPECT_EQ(statusOf(facts), 404U) << "a page may not ask, whatever it may otherwise";
    facts.originCount = 0;
    facts.origin = {};
    EXPECT_EQ(statusOf(facts), 200U);
    RequestFacts other = facts;
    other.sameUser = false;
    EXPECT_EQ(statusOf(other), 403U);
    other = facts;
    other.host = "rebind.example:23510";
    EXPECT_EQ(statusOf(other), 421U);
    other = facts;
    other.method = "POST";
    EXPECT_EQ(statusOf(other), 405U);
    other = facts;
    other.isForStatus = false;
    EXPECT_EQ(statusOf(other), 404U) << "a page's image has no Origin, and cannot have the field";
}

TEST(Judgement, host_mustBeLoopbackWithOurPort_S6) {
    for (const std::string host : {"127.0.0.1:23510", "[::1]:23510", "localhost:23510"}) {
        RequestFacts facts = properUpgrade();
        facts.host = host;
        EXPECT_EQ(statusOf(facts), 101U) << host;
    }
    for (const std::string host :
         {"", "127.0.0.1", "localhost", "rebind.example:23510", "127.0.0.1:23511", "127.0.0.1:023510",
          "localhost.:23510", "127.0.0.1.evil.example:23510", "127.0.0.2:23510", "0.0.0.0:23510",
          "127.1:23510", "2130706433:23510", "::1:23510", "[::ffff:127.0.0.1]:23510", "user@127.0.0.1:23510",
          "localhost:23510:23510", " localhost:23510"}) {
        RequestFacts facts = properUpgrade();
        facts.host = host;
        EXPECT_EQ(statusOf(facts), 421U) << host;
        facts.target = "/health";
        EXPECT_EQ(statusOf(facts), 421U) << host;
    }
}

TEST(Judgement, hostMissingOrTwice_isRefused_S6) {
    for (const unsigned count : {0U, 2U}) {
        RequestFacts facts = properUpgrade();
        facts.hostCount = count;
        EXPECT_EQ(statusOf(facts), 421U);
    }
}

TEST(Judgement, origin_mustBeOneThatPolicyAdmits_S1_S2_S5) {
    for (const std::string origin :
         {"", "null", "https://evil.example", "http://portal.example", "https://portal.example:444",
          "https://portal.example.", "https://PORTAL.example", "file://", "https://portal.example/",
          "chrome-extension://abcdefghijklmnopabcdefghijklmnop"}) {
        RequestFacts facts = properUpgrade();
        facts.origin = origin;
        EXPECT_EQ(statusOf(facts), 403U) << origin;
        EXPECT_EQ(verdictOn(facts).code, "origin-denied");
    }
}

TEST(Judgement, originMissingOrTwice_isRefused_S2) {
    for (const unsigned count : {0U, 2U}) {
        RequestFacts facts = properUpgrade();
        facts.originCount = count;
        EXPECT_EQ(statusOf(facts), 403U);
    }
}

TEST(Judgement, otherPathsAndMethods_doNotExist_S7) {
    for (const std::string target :
         {"/", "/ukey/v1/", "/ukey/v2", "/ukey/v1?x", "/Health", "/health?callback=x", "*",
          "http://127.0.0.1:23510/ukey/v1", "/../ukey/v1"}) {
        RequestFacts facts = properUpgrade();
        facts.target = target;
        EXPECT_EQ(statusOf(facts), 404U) << target;
    }
    for (const std::string method : {"POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "get"}) {
        RequestFacts facts = properUpgrade();
        facts.method = method;
        EXPECT_EQ(statusOf(facts), 405U) << method;
        facts.target = "/health";
        EXPECT_EQ(statusOf(facts), 405U) << method;
    }
    RequestFacts facts = properUpgrade();
    facts.hasBody = true;
    EXPECT_EQ(statusOf(facts), 400U);
}

TEST(Judgement, plainRequestForTheSocket_isToldToUpgrade) {
    RequestFacts facts = properUpgrade();
    facts.isUpgrade = false;
    EXPECT_EQ(statusOf(facts), 426U);
}

TEST(Judgement, upgradeWithoutTheSubprotocol_isRefused) {
    RequestFacts facts = properUpgrade();
    facts.offersSubprotocol = false;
    EXPECT_EQ(statusOf(facts), 400U);
}

TEST(Judgement, key_mustBeSixteenOctetsOnce) {
    for (const std::string key :
         {"", "dGhlIHNhbXBsZSBub25j", "dGhlIHNhbXBsZSBub25jZQ",
          "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZXg=",
          "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZR==",
          "dGhlIHNhbXBsZSBub2_jZQ==", "dGhlIHNhbXBs ZSBub25jZQ=", "========================"}) {
        RequestFacts facts = properUpgrade();
        facts.key = key;
        EXPECT_EQ(statusOf(facts), 400U) << key;
    }
    for (const unsigned count : {0U, 2U}) {
        RequestFacts facts = properUpgrade();
        facts.keyCount = count;
        EXPECT_EQ(statusOf(facts), 400U);
    }
}

TEST(Judgement, refusalOfAnAdmittedOrigin_namesItAndNoOther) {
    const std::vector<std::function<void(RequestFacts&)>> faults{
        [](RequestFacts& f) { f.host = "rebind.example"; },
        [](RequestFacts& f) { f.target = "/"; },
        [](RequestFacts& f) { f.method = "POST"; },
        [](RequestFacts& f) { f.hasBody = true; },
        [](RequestFacts& f) { f.isUpgrade = false; },
        [](RequestFacts& f) { f.offersSubprotocol = false; },
        [](RequestFacts& f) { f.key = ""; }};
    for (const auto& fault : faults) {
        RequestFacts facts = properUpgrade();
        fault(facts);
        const Verdict verdict = verdictOn(facts);
        EXPECT_EQ(verdict.action, Verdict::Action::refuse);
        EXPECT_TRUE(verdict.origin) << verdict.status;
        facts.origin = "https://stranger.example";
        EXPECT_FALSE(verdictOn(facts).origin) << verdict.status;
        facts = properUpgrade();
        fault(facts);
        facts.sameUser = false;
        EXPECT_FALSE(verdictOn(facts).origin) << verdict.status;
    }
}

TEST(OriginInAHead, isReadFromWhatIsNoWholeRequest) {
    const std::string line = "GET /health HTTP/1.1\r\n";
    EXPECT_EQ(originIn(line + "oRiGiN:  https://portal.example \r\nCookie: ")->text(),
              "https://portal.example");
    for (const std::string& head :
         {std::string(), line, line + "Origin: https://portal.example", line + "Origin: null\r\n",
          line + "X-Origin: https://portal.example\r\n",
          line + "Origin: https://portal.example\r\nOrigin: https://portal.example\r\n"})
        EXPECT_FALSE(originIn(head)) << head;
}

TEST(Judgement, health_answersEveryOriginButNamesNoneThatIsNone_S61) {
    RequestFacts facts = properUpgrade();
    facts.target = "/health";
    facts.isUpgrade = false;
    facts.origin = "https://stranger.example";
    EXPECT_EQ(verdictOn(facts).action, Verdict::Action::health);
    EXPECT_TRUE(verdictOn(facts).origin);
    for (const std::string origin : {"null", "*", "https://a.example\r\nX: y"}) {
        facts.origin = origin;
        EXPECT_EQ(verdictOn(facts).action, Verdict::Action::health);
        EXPECT_FALSE(verdictOn(facts).origin) << origin;
    }
}

TEST(Judgement, listOfSubprotocols_isSearchedItemByItem) {
    EXPECT_TRUE(listHas("ukey.v1", "ukey.v1"));
    EXPECT_TRUE(listHas("a, ukey.v1 ,b", "ukey.v1"));
    EXPECT_FALSE(listHas("ukey.v10, xukey.v1", "ukey.v1"));
    EXPECT_FALSE(listHas("", "ukey.v1"));
}

}  // namespace
}  // namespace ukey::server
