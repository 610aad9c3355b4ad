// tokens.*, certificates.*, pin.* and signatures through a running server, with tokens in software.
#include <gtest/gtest.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tokenlib/base/messages.hpp"
#include "tokenlib/pki/auth_token.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;
using token::DigestAlgorithm;
using token::KeyAlgorithm;

class Tokens : public testing::Test {
  protected:
    static std::string firstToken(Client& client) {
        return client.result("tokens.list").at("tokens").at(0).at("id");
    }
    static std::string firstCertificate(Client& client) {
        return client.result("certificates.list").at("certificates").at(0).at("id");
    }
    static json digestParams(const std::string& certificate, const std::string& algorithm = "sha256",
                             std::size_t octets = 32) {
        return {{"certificate", certificate},
                {"digest", toBase64Url(Bytes(octets, 5))},
                {"digestAlgorithm", algorithm}};
    }
    bool verifies(const hosts::TokenAddress& address, DigestAlgorithm algorithm, ByteView digest,
                  const json& result) {
        const auto der = fromBase64Url(result.at("signature").get<std::string>()).value();
        const auto key = bridge_.inLoop([&] { return bridge_.hosts().key(address).publicKey(); });
        return pki::verify(key, algorithm, digest, pki::signatureFromDer(key.algorithm, der));
    }
    unsigned count(const std::string& operation) {
        return bridge_.inLoop([&] { return bridge_.hosts().count(operation); });
    }
    BridgeUnderTest bridge_;
};

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

TEST_F(Tokens, pinDialog_namesTheVerifiedOriginAndSpeaksTheCallersLanguage_S11) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello({{"client", {{"name", "https://bank.example"}, {"version", "1"}}}, {"locale", "zh-CN"}});
    EXPECT_EQ(client.result("pin.verify", {{"token", firstToken(client)}}), json::object());
    const auto prompt = bridge_.inLoop([&] { return bridge_.hosts().prompts().at(0); });
    EXPECT_EQ(prompt.origin, kPortal);
    EXPECT_EQ(prompt.locale, "zh-CN");
    EXPECT_EQ(prompt.operation, "operation.login");
}

TEST_F(Tokens, pinDialog_namesTheHolder_S11) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const json certificate = client.result("certificates.list").at("certificates").at(0);
    client.result("pin.verify", {{"token", certificate.at("token")}});
    const std::string holder = bridge_.inLoop([&] { return bridge_.hosts().prompts().at(0).certificate; });
    EXPECT_FALSE(holder.empty());
    EXPECT_EQ(holder, certificate.at("subjectText"));
}

TEST_F(Tokens, pinDialogOfAPageThatReadNoCertificate_namesTheHolderAllTheSame_S11) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const json token{{"token", firstToken(client)}};
    client.result("pin.verify", token);
    client.result("pin.change", token);
    const std::string holder = client.result("certificates.list").at("certificates").at(0).at("subjectText");
    for (std::size_t dialog = 0; dialog < 2; ++dialog)
        EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().prompts().at(dialog).certificate; }), holder);
}

TEST_F(Tokens, pinDialogOfARenewedUkey_namesTheHolderOfTheNewestCertificateInForce_S11) {
    using namespace std::chrono_literals;
    const auto address = bridge_.plug("SN1");
    const auto named = [](const char* name, std::chrono::seconds from, std::chrono::seconds to) {
        pki::test::CertificateSpec spec;
        spec.subject = {{"CN", name}};
        spec.validFrom = from;
        spec.validTo = to;
        return spec;
    };
    bridge_.inLoop([&] {
        bridge_.hosts().addCertificate(address, named("the present one", -60s, 3600s));
        bridge_.hosts().addCertificate(address, named("an expired one", -30s, -10s));
        bridge_.hosts().addCertificate(address, named("an earlier one", -600s, 3600s));
    });
    Client client(bridge_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const std::string holder = bridge_.inLoop([&] { return bridge_.hosts().prompts().at(0).certificate; });
    EXPECT_NE(holder.find("the present one"), std::string::npos) << holder;
}

TEST_F(Tokens, troubleWithThePin_isToldApart_S19) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const std::string token = firstToken(client);
    for (const ErrorCode code :
         {ErrorCode::userCancelled, ErrorCode::promptTimeout, ErrorCode::promptUnavailable,
          ErrorCode::pinIncorrect, ErrorCode::pinLocked, ErrorCode::pinTooShort, ErrorCode::tokenRemoved,
          ErrorCode::driverTimeout, ErrorCode::driverCrashed, ErrorCode::driverError}) {
        bridge_.inLoop([&] { bridge_.hosts().answerPin(Error(code, "scripted").withTriesLeft(2)); });
        const json error = client.call("pin.verify", {{"token", token}}).at("error");
        EXPECT_EQ(error.at("data").at("code"), toString(code));
        EXPECT_EQ(error.at("data").at("triesLeft"), 2);
        EXPECT_EQ(error.at("data").at("token"), token);
    }
}

TEST_F(Tokens, signatureOfADigest_verifies) {
    struct Row {
        KeyAlgorithm key;
        DigestAlgorithm digest;
        std::string name;
    };
    const std::vector<Row> table{{KeyAlgorithm::sm2, DigestAlgorithm::sm3, "SM2SM3"},
                                 {KeyAlgorithm::p256, DigestAlgorithm::sha256, "ES256"},
                                 {KeyAlgorithm::p384, DigestAlgorithm::sha384, "ES384"},
                                 {KeyAlgorithm::rsa2048, DigestAlgorithm::sha512, "RS512"}};
    for (const Row& row : table) {
        const auto address = bridge_.plug("SN1", row.key);
        Client client(bridge_.port());
        client.hello();
        client.result("pin.verify", {{"token", firstToken(client)}});
        const std::size_t length = token::digestLength(row.digest);
        const json result = client.result(
            "sign.digest", digestParams(firstCertificate(client), std::string(toString(row.digest)), length));
        EXPECT_EQ(result.at("algorithm"), row.name);
        EXPECT_TRUE(verifies(address, row.digest, Bytes(length, 5), result)) << row.name;
        bridge_.inLoop([&] { bridge_.hosts().unplug(address); });
    }
}

TEST_F(Tokens, signatureOfData_isOverItsDigestWithZForSm2_S25) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::p256, KeyAlgorithm::rsa2048}) {
        const auto address = bridge_.plug("SN1", algorithm);
        Client client(bridge_.port());
        client.hello();
        client.result("pin.verify", {{"token", firstToken(client)}});
        const Bytes message(1'000'000, 0x61);
        const json result = client.result(
            "sign.data",
            {{"certificate", firstCertificate(client)}, {"format", "raw"}, {"data", toBase64Url(message)}});
        const auto key = bridge_.inLoop([&] { return bridge_.hosts().key(address).publicKey(); });
        const DigestAlgorithm digest = pki::defaultDigest(algorithm);
        EXPECT_TRUE(verifies(address, digest, pki::messageDigest(key, digest, message), result));
        bridge_.inLoop([&] { bridge_.hosts().unplug(address); });
    }
}

TEST_F(Tokens, loginSignature_bindsTheOriginOfTheHandshake_S22) {
    const auto address = bridge_.plug("SN1", KeyAlgorithm::p256);
    Client client(bridge_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const std::string challenge = toBase64(Bytes(32, 9));
    const json result =
        client.result("auth.sign", {{"certificate", firstCertificate(client)}, {"challenge", challenge}});
    EXPECT_EQ(result.at("format"), "ukey-auth:2");
    EXPECT_EQ(result.at("algorithm"), "ES256");
    const auto certificate = pki::Certificate::fromPem(result.at("certificate").get<std::string>());
    const auto signature = fromBase64Url(result.at("signature").get<std::string>()).value();
    const auto here = pki::authRequest(*certificate.publicKey(), kPortal, challenge);
    EXPECT_TRUE(pki::verify(*certificate.publicKey(), here.digestAlgorithm, here.digest, signature));
    const auto elsewhere = pki::authRequest(*certificate.publicKey(), kOther, challenge);
    EXPECT_FALSE(
        pki::verify(*certificate.publicKey(), elsewhere.digestAlgorithm, elsewhere.digest, signature));
    (void)address;
}

TEST_F(Tokens, shortOrOddChallenge_isRefused_S22) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const std::string certificate = firstCertificate(client);
    for (const std::string& challenge : {std::string("short"), std::string(50, '!'), std::string(200, 'A')})
        EXPECT_EQ(client.codeOf("auth.sign", {{"certificate", certificate}, {"challenge", challenge}}),
                  "bad-request");
}

TEST_F(Tokens, digestThatDoesNotGoWithItsNameOrTheKey_isRefused_S23_S24) {
    bridge_.plug("SN1", KeyAlgorithm::sm2);
    Client client(bridge_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const std::string certificate = firstCertificate(client);
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(certificate, "sha256", 32)), "bad-request");
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(certificate, "sm3", 48)), "bad-request");
    json broken = digestParams(certificate, "sm3", 32);
    broken["digest"] = std::string(42, 'A') + "=";
    EXPECT_EQ(client.codeOf("sign.digest", broken), "bad-request");
    EXPECT_EQ(count("sign"), 0U);
}

TEST_F(Tokens, encryptionCertificate_doesNotSign) {
    const auto address = bridge_.plug("SN1");
    bridge_.inLoop([&] { bridge_.hosts().addEncryptionKey(address); });
    Client client(bridge_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const json certificates = client.result("certificates.list", {{"usage", "encrypt"}}).at("certificates");
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(certificates.at(0).at("id"))), "unsupported");
}

TEST_F(Tokens, certificateOfAPulledToken_isRemovedAndAnUnknownOneNotFound) {
    const auto address = bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const std::string token = firstToken(client);
    const std::string certificate = firstCertificate(client);
    bridge_.inLoop([&] { bridge_.hosts().unplug(address); });
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(certificate)), "token-removed");
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "token-removed");
    EXPECT_EQ(client.codeOf("sign.digest", digestParams("unknown")), "certificate-not-found");
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", "unknown"}}), "token-not-found");
}

TEST_F(Tokens, certificateNamedByAnEarlierPage_isFoundWithoutListing) {
    bridge_.plug("SN1");
    std::string certificate;
    {
        Client client(bridge_.port());
        client.hello();
        certificate = firstCertificate(client);
    }
    Client client(bridge_.port());
    client.hello();
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(certificate)), "pin-required");
}

TEST_F(Tokens, manySignatures_lookAtTheTokenOnce) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const std::string certificate = firstCertificate(client);
    const unsigned before = count("keys") + count("tokens");
    for (int i = 0; i < 20; ++i) client.result("sign.digest", digestParams(certificate));
    EXPECT_EQ(count("keys") + count("tokens"), before);
    EXPECT_EQ(count("sign"), 20U);
}

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

TEST_F(Tokens, pageThatLeaves_closesItsDialog_S20) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const std::string token = firstToken(client);
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    client.start("pin.verify", {{"token", token}});
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    client.drop();
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 0; });
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().cancelled(); }), 1U);
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

class EachSignatureIsConfirmed : public Tokens {
  protected:
    EachSignatureIsConfirmed() = default;
    static config::Config confirming() {
        config::Config configuration = BridgeUnderTest::usualConfig();
        configuration.origins.at(0).confirm = policy::Confirm::each;
        return configuration;
    }
    BridgeUnderTest careful_{confirming()};
};

TEST_F(EachSignatureIsConfirmed, dialog_saysWhatIsSignedForWhom_S11_S12) {
    careful_.plug("SN1");
    Client client(careful_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const std::string certificate = firstCertificate(client);
    client.result("sign.data",
                  {{"certificate", certificate},
                   {"format", "raw"},
                   {"data", "AA"},
                   {"description", "Bid for parcel 7\xe2\x80\xae\n\nSite: https://bank.example"}});
    const auto text = careful_.inLoop([&] { return careful_.consent().dialogs.at(0).text; });
    EXPECT_NE(text.find(kPortal), std::string::npos);
    EXPECT_NE(text.find("SN1"), std::string::npos);
    EXPECT_NE(text.find("张三"), std::string::npos);
    EXPECT_NE(text.find("Bid for parcel 7"), std::string::npos);
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_EQ(text.find("\nSite: https://bank.example"), std::string::npos);
}

TEST_F(EachSignatureIsConfirmed, refusal_signsNothing) {
    careful_.plug("SN1");
    Client client(careful_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const std::string certificate = firstCertificate(client);
    for (const ErrorCode code :
         {ErrorCode::userCancelled, ErrorCode::promptTimeout, ErrorCode::promptUnavailable}) {
        careful_.inLoop([&] { careful_.consent().refusals.push_back(code); });
        EXPECT_EQ(client.codeOf("sign.digest", digestParams(certificate)), toString(code));
    }
    EXPECT_EQ(careful_.inLoop([&] { return careful_.hosts().count("sign"); }), 0U);
}

TEST_F(EachSignatureIsConfirmed, withoutALogin_nobodyIsAsked) {
    careful_.plug("SN1");
    Client client(careful_.port());
    client.hello();
    EXPECT_EQ(client.codeOf("sign.digest", digestParams(firstCertificate(client))), "pin-required");
    EXPECT_TRUE(careful_.inLoop([&] { return careful_.consent().dialogs.empty(); }));
}

}  // namespace
}  // namespace ukey::test
