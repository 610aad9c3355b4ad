// tokens.* and certificates.* through a running server: what a page sees of what is plugged in.
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <set>
#include <sstream>

#include "tests/daemon/api/tokens_fixture.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::test {
namespace {

TEST_F(Tokens, list_showsWhatIsPluggedIn) {
    bridge_.plug("SN1", KeyAlgorithm::sm2);
    Client client(bridge_.port());
    client.hello();
    const json token = client.result("tokens.list").at("tokens").at(0);
    EXPECT_EQ(token.at("serial"), "SN1");
    EXPECT_EQ(token.at("driver"), "fake");
    EXPECT_EQ(token.at("model"), "Fake");
    EXPECT_EQ(token.at("label"), "Token SN1");
    EXPECT_EQ(token.at("manufacturer"), "Test");
    EXPECT_EQ(token.at("state"), "ready");
    EXPECT_EQ(token.at("pin"), (json{{"state", "ok"}}));
    EXPECT_EQ(token.at("algorithms"), json{"sm2"});
}

TEST_F(Tokens, token_saysWhichKeysMayBeBroughtToIt) {
    const auto address = bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const auto deliveries = [&] {
        return client.result("tokens.list").at("tokens").at(0).at("deliveries").get<std::set<std::string>>();
    };
    EXPECT_TRUE(deliveries().empty());
    const auto takes = [&](std::vector<token::KeyDelivery> forms) {
        bridge_.inLoop([&] {
            bridge_.hosts().change(address, [&](token::TokenInfo& info) { info.deliveries = forms; });
        });
    };
    takes({token::KeyDelivery::wrapped});
    EXPECT_EQ(deliveries(), std::set<std::string>{"rsa-wrapped"});
    takes({token::KeyDelivery::envelopedSm2, token::KeyDelivery::wrapped});
    EXPECT_EQ(deliveries(),
              (std::set<std::string>{"sm2-enveloped-key", "skf-enveloped-key-blob",
                                     "signed-and-enveloped-data", "csr-response", "rsa-wrapped"}));
}

TEST_F(Tokens, tokenThatHidesCertificates_saysSoToWhoHasNotLoggedIn) {
    const auto address = bridge_.plug("SN1");
    Client one(bridge_.port());
    Client other(bridge_.port(), kOther);
    one.hello();
    other.hello();
    const auto mayHaveMore = [](Client& client) {
        return client.result("tokens.list").at("tokens").at(0).value("mayHaveMore", false);
    };
    EXPECT_FALSE(mayHaveMore(one));
    bridge_.inLoop([&] {
        bridge_.hosts().change(address, [](token::TokenInfo& info) { info.hidesCertificates = true; });
    });
    EXPECT_TRUE(mayHaveMore(one));
    one.result("pin.verify", {{"token", firstToken(one)}});
    EXPECT_FALSE(mayHaveMore(one));
    EXPECT_TRUE(mayHaveMore(other)) << "and does not tell that somebody else has";
}

TEST_F(Tokens, driversWithoutEvents_areAskedWhileAPageListens) {
    bridge_.plug("SN1");
    const auto isWatched = [&] { return bridge_.inLoop([&] { return bridge_.hosts().isWatched(); }); };
    {
        Client client(bridge_.port());
        client.hello();
        EXPECT_FALSE(isWatched());
        client.result("tokens.subscribe");
        EXPECT_TRUE(isWatched());
        client.result("tokens.unsubscribe");
        EXPECT_FALSE(isWatched());
        client.result("tokens.subscribe");
    }
    waitUntil([&] { return !isWatched(); });  // A connection that goes takes it along.
}

TEST_F(Tokens, certificateThatIsLeftOut_isLoggedOnceWithTheReason) {
    std::ostringstream lines;
    const auto before = spdlog::default_logger();
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines)));
    const auto malformed = bridge_.plug("SN1");
    const auto keyless = bridge_.plug("SN2");
    const auto another = bridge_.plug("SN3");
    const auto good = bridge_.plug("SN4");
    bridge_.inLoop([&] {
        auto& hosts = bridge_.hosts();
        hosts.replaceCertificate(malformed, Bytes{0x30, 0x03, 0x02, 0x01, 0x05});
        hosts.replaceCertificate(keyless, hosts.certificateOf(good), false);
        hosts.replaceCertificate(another, hosts.certificateOf(good));
    });
    {
        Client client(bridge_.port());
        client.hello();
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(client.result("certificates.list").at("certificates").size(), 1U);
        }
    }
    const std::string text = bridge_.inLoop([&] {
        spdlog::set_default_logger(before);
        return lines.str();
    });
    const auto count = [&](const std::string& what) {
        std::size_t found = 0;
        for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
        return found;
    };
    EXPECT_EQ(count("is left out"), 3U) << text;
    EXPECT_EQ(count("the token has no key to the certificate"), 1U) << text;
    EXPECT_EQ(count("the certificate is not one of the key"), 1U) << text;
}

TEST_F(Tokens, list_tellsHowTheDriversAre) {
    bridge_.plug("SN1");
    bridge_.inLoop([&] {
        hosts::DriverStatus ready;
        ready.name = "fake";
        ready.state = hosts::DriverState::ready;
        hosts::DriverStatus hung;
        hung.name = "slow";
        hung.state = hosts::DriverState::hung;
        hung.code = ErrorCode::driverTimeout;
        bridge_.hosts().reportStatus({ready, hung});
    });
    Client client(bridge_.port());
    client.hello();
    const json result = client.result("tokens.list");
    EXPECT_EQ(result.at("tokens").size(), 1U);
    EXPECT_EQ(result.at("drivers").at(0), (json{{"name", "fake"}, {"state", "ready"}}));
    EXPECT_EQ(result.at("drivers").at(1),
              (json{{"name", "slow"},
                    {"state", "hung"},
                    {"code", "driver-timeout"},
                    {"hint", errorHint(Language::english, ErrorCode::driverTimeout)}}));
}

TEST_F(Tokens, sameToken_hasAnotherNameForEachOriginAndTheSameAfterPluggingAgain_S67) {
    auto address = bridge_.plug("SN1");
    Client one(bridge_.port());
    Client two(bridge_.port(), kOther);
    one.hello();
    two.hello();
    const std::string token = firstToken(one);
    const std::string certificate = firstCertificate(one);
    EXPECT_NE(token, firstToken(two));
    EXPECT_NE(certificate, firstCertificate(two));
    EXPECT_EQ(two.codeOf("certificates.list", {{"token", token}}), "token-not-found");
    EXPECT_EQ(two.codeOf("sign.digest", digestParams(certificate)), "certificate-not-found");
    bridge_.inLoop([&] { bridge_.hosts().unplug(address); });
    bridge_.plug("SN1");
    EXPECT_EQ(firstToken(one), token);
}

TEST_F(Tokens, tokensWithTheSameSerial_areToldApart) {
    const auto first = bridge_.plug("SN1");
    bridge_.inLoop([&] {
        auto twin = bridge_.hosts().plugTwin(first);
        (void)twin;
    });
    Client client(bridge_.port());
    client.hello();
    const json tokens = client.result("tokens.list").at("tokens");
    ASSERT_EQ(tokens.size(), 2U);
    EXPECT_EQ(tokens.at(0).at("serial"), tokens.at(1).at("serial"));
    EXPECT_NE(tokens.at(0).at("id"), tokens.at(1).at("id"));
    const auto certificateOf = [&](const json& token) {
        const json list = client.result("certificates.list", {{"token", token.at("id")}}).at("certificates");
        EXPECT_EQ(list.size(), 1U);
        return list.at(0);
    };
    EXPECT_NE(certificateOf(tokens.at(0)).at("id"), certificateOf(tokens.at(1)).at("id"));
    const json ofTwin = certificateOf(tokens.at(1));
    bridge_.inLoop([&] { bridge_.hosts().unplug(first); });
    const json left = client.result("tokens.list").at("tokens");
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left.at(0).at("id"), tokens.at(1).at("id")) << "the one that stays keeps its name";
    EXPECT_EQ(certificateOf(left.at(0)).at("thumbprint"), ofTwin.at("thumbprint"));
}

TEST_F(Tokens, certificates_areShownAsTheyAreParsed) {
    const auto address = bridge_.plug("SN1", KeyAlgorithm::sm2);
    bridge_.inLoop([&] { bridge_.hosts().addEncryptionKey(address); });
    Client client(bridge_.port());
    client.hello();
    const json all = client.result("certificates.list").at("certificates");
    ASSERT_EQ(all.size(), 2U);
    const json encrypting = client.result("certificates.list", {{"usage", "encrypt"}}).at("certificates");
    ASSERT_EQ(encrypting.size(), 1U);
    EXPECT_EQ(encrypting.at(0).at("usage"), "encrypt");
    const json signing =
        client.result("certificates.list", {{"usage", "sign"}, {"token", firstToken(client)}});
    const json certificate = signing.at("certificates").at(0);
    const auto parsed = pki::Certificate::fromPem(certificate.at("pem").get<std::string>());
    EXPECT_EQ(certificate.at("thumbprint"), parsed.thumbprint());
    EXPECT_EQ(certificate.at("subject"), parsed.subject());
    EXPECT_EQ(certificate.at("subjectText"), parsed.subjectText());
    EXPECT_EQ(certificate.at("notAfter"), parsed.notAfter());
    EXPECT_EQ(certificate.at("algorithm"), "sm2");
    EXPECT_EQ(certificate.at("token"), firstToken(client));
}

TEST_F(Tokens, troubleOfOneDriver_doesNotHideCertificatesOfAnother) {
    bridge_.plug("SN1", KeyAlgorithm::p256, "broken");
    bridge_.plug("SN2", KeyAlgorithm::p256, "fine");
    bridge_.inLoop([&] { bridge_.hosts().fail("broken", "keys", Error(ErrorCode::driverCrashed, "crash")); });
    Client client(bridge_.port());
    client.hello();
    EXPECT_EQ(client.result("certificates.list").at("certificates").size(), 1U);
    const json tokens = client.result("tokens.list").at("tokens");
    EXPECT_EQ(client.codeOf("certificates.list", {{"token", tokens.at(0).at("id")}}), "driver-crashed");
}

TEST_F(Tokens, changes_areReportedToSubscribersAlone) {
    Client subscriber(bridge_.port());
    Client bystander(bridge_.port());
    subscriber.hello();
    bystander.hello();
    EXPECT_EQ(subscriber.result("tokens.subscribe"), json::object());
    const auto address = bridge_.plug("SN1");
    const json inserted = subscriber.notification();
    EXPECT_EQ(inserted.at("method"), "tokens.changed");
    EXPECT_EQ(inserted.at("params").at("event"), "inserted");
    const std::string id = inserted.at("params").at("token").at("id");
    bridge_.inLoop([&] { bridge_.hosts().report(address, hosts::Change::updated); });
    EXPECT_EQ(subscriber.notification().at("params").at("event"), "updated");
    bridge_.inLoop([&] { bridge_.hosts().lose(address); });
    const json lost = subscriber.notification();
    EXPECT_EQ(lost.at("params").at("event"), "removed");
    EXPECT_EQ(lost.at("params").at("token").at("id"), id);
    EXPECT_EQ(subscriber.result("tokens.unsubscribe"), json::object());
    bridge_.plug("SN2");
    EXPECT_EQ(subscriber.result("tokens.list").at("tokens").size(), 1U);
    EXPECT_EQ(subscriber.notificationsSeen(), 0U);
    EXPECT_EQ(bystander.result("tokens.list").at("tokens").size(), 1U);
    EXPECT_EQ(bystander.notificationsSeen(), 0U);
}

}  // namespace
}  // namespace ukey::test
