// What a page may have signed is worth nothing as a login, a renewal or a certificate request, through a
// running server with tokens in software.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tokenlib/base/messages.hpp"
#include "tokenlib/pki/auth_token.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/csr.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/message_domain.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;
using token::KeyAlgorithm;

const std::string kChallengeOfTheOther(43, 'A');

/// A page of https://portal.example that is logged in on a token.
class AttackingPage {
  public:
    explicit AttackingPage(BridgeUnderTest& bridge) : client_(bridge.port()) {
        client_.hello();
        const json entry = client_.result("certificates.list").at("certificates").at(0);
        certificate_ = entry.at("id");
        parsed_ = pki::Certificate::fromPem(entry.at("pem").get<std::string>());
        client_.result("pin.verify", {{"token", entry.at("token")}});
    }
    std::string signData(ByteView data) {
        return client_.codeOf(
            "sign.data", {{"certificate", certificate_}, {"format", "raw"}, {"data", toBase64Url(data)}});
    }
    std::string signDigest(ByteView digest, std::string_view algorithm) {
        return client_.codeOf(
            "sign.digest",
            {{"certificate", certificate_}, {"digest", toBase64Url(digest)}, {"digestAlgorithm", algorithm}});
    }
    json logIn(const json& more = json::object()) {
        json params{{"certificate", certificate_}, {"challenge", kChallengeOfTheOther}};
        params.update(more);
        return client_.call("auth.sign", params);
    }
    const token::PublicKey& key() const { return *parsed_->publicKey(); }

  private:
    Client client_;
    std::string certificate_;
    std::optional<pki::Certificate> parsed_;
};

TEST(SigningDomains, loginAtAnotherSite_cannotBeSignedAsData_S22) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p384}) {
        BridgeUnderTest bridge;
        bridge.plug("SN1", algorithm);
        AttackingPage page(bridge);
        const auto login = pki::authRequest(page.key(), kOther, kChallengeOfTheOther);
        EXPECT_EQ(page.signData(login.message), "reserved-message");
        EXPECT_EQ(bridge.inLoop([&] { return bridge.hosts().count("sign"); }), 0U);
    }
}

TEST(SigningDomains, renewalAndRequestForTheKey_cannotBeSignedAsData_S22) {
    BridgeUnderTest bridge;
    bridge.plug("SN1", KeyAlgorithm::sm2);
    AttackingPage page(bridge);
    const auto request = pki::beginRequest(
        page.key(), {.subject = {{"CN", "somebody else"}}, .cfcaTemporaryKey = std::nullopt});
    EXPECT_EQ(page.signData(request.info), "reserved-message");
    EXPECT_EQ(page.signData(pki::renewalMessage(request.info)), "reserved-message");
    EXPECT_EQ(page.signData(Bytes(64, 0x20)), "reserved-message");
    EXPECT_EQ(page.signData(asBytes("Ukey Bridge renewal v3")), "reserved-message");
    EXPECT_EQ(bridge.inLoop([&] { return bridge.hosts().count("sign"); }), 0U);
    EXPECT_EQ(page.signData(asBytes("a bid")), "");
}

TEST(SigningDomains, loginOfThisSite_isOneOfItsOwnDomain_S22) {
    BridgeUnderTest bridge;
    bridge.plug("SN1", KeyAlgorithm::sm2);
    AttackingPage page(bridge);
    const json result = page.logIn().at("result");
    const auto signature = fromBase64Url(result.at("signature").get<std::string>()).value();
    Bytes message(30, 0);
    const std::string_view name = "Ukey Bridge authentication v2";
    std::copy(name.begin(), name.end(), message.begin());
    for (const std::string_view text : {std::string_view(kPortal), std::string_view(kChallengeOfTheOther)}) {
        const Bytes hash = pki::digest(token::DigestAlgorithm::sm3, asBytes(text));
        message.insert(message.end(), hash.begin(), hash.end());
    }
    const auto digest = pki::messageDigest(page.key(), token::DigestAlgorithm::sm3, message);
    EXPECT_TRUE(pki::verify(page.key(), token::DigestAlgorithm::sm3, digest, signature));
    EXPECT_EQ(page.logIn({{"format", "ukey-auth:2"}}).at("result").at("format"), "ukey-auth:2");
    EXPECT_EQ(page.logIn({{"format", "web-eid:1.0"}}).at("error").at("data").at("code"), "bad-request");
}

config::Config withoutDigest(policy::UnknownOrigins unknown) {
    using enum policy::Scope;
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.origins = {{policy::OriginPattern::parse(kPortal), {tokens, certificates, sign, manage}}};
    configuration.unknownOrigins = unknown;
    return configuration;
}

TEST(DigestScope, isNotThatOfSigning_S22) {
    BridgeUnderTest bridge(withoutDigest(policy::UnknownOrigins::deny));
    bridge.plug("SN1");
    AttackingPage page(bridge);
    EXPECT_EQ(page.signDigest(Bytes(32, 5), "sha256"), "scope-denied");
    EXPECT_EQ(bridge.inLoop([&] { return bridge.hosts().count("sign"); }), 0U);
}

TEST(DigestScope, cannotBeGrantedByTheUser_S22) {
    BridgeUnderTest bridge(withoutDigest(policy::UnknownOrigins::ask));
    Client stranger(bridge.port(), "https://new.example");
    stranger.hello();
    EXPECT_EQ(stranger.codeOf("bridge.requestAccess", {{"scopes", {"sign", "digest"}}}), "scope-denied");
    EXPECT_EQ(stranger.codeOf("bridge.requestAccess", {{"scopes", {"sign"}}}), "");
    EXPECT_EQ(bridge.inLoop([&] { return bridge.consent().dialogs.size(); }), 1U);
}

TEST(DigestScope, dialogSaysThatNothingCanBeShown_S22_S11) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    for (auto& rule : configuration.origins) rule.confirm = policy::Confirm::each;
    BridgeUnderTest bridge(configuration);
    bridge.plug("SN1");
    AttackingPage page(bridge);
    EXPECT_EQ(page.signDigest(Bytes(32, 5), "sha256"), "");
    EXPECT_EQ(page.signData(asBytes("a bid")), "");
    const auto dialogs = bridge.inLoop([&] { return bridge.consent().dialogs; });
    EXPECT_NE(dialogs.at(0).text.find("cannot be shown"), std::string::npos) << dialogs.at(0).text;
    EXPECT_EQ(dialogs.at(1).text.find("cannot be shown"), std::string::npos) << dialogs.at(1).text;
}

std::string allowancesShown(config::Config configuration, const std::string& locale = "en") {
    BridgeUnderTest bridge(std::move(configuration));
    bridge.plug("SN1");
    Client client(bridge.port());
    client.hello({{"client", {{"name", "x"}, {"version", "1"}}}, {"locale", locale}});
    const json token = client.result("tokens.list").at("tokens").at(0);
    client.result("pin.verify", {{"token", token.at("id")}});
    return bridge.inLoop([&] { return bridge.hosts().prompts().at(0).allows; });
}

TEST(PinDialog, saysWhatThePinAllowsAndUntilWhen_S11) {
    using enum policy::Scope;
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.idleLogoutSeconds = 900;
    auto& rule = configuration.origins.front();
    rule.scopes = {tokens, sign};
    EXPECT_EQ(
        allowancesShown(configuration),
        "This allows the site to log in and sign without asking again, until the page is closed, the Ukey is "
        "unplugged or 15 minutes pass without use.");
    EXPECT_EQ(allowancesShown(configuration, "zh-CN"),
              "验证后，该网站可以请求登录和签名且不再询问，直到关闭页面、拔出 Ukey 或 15 分钟未使用。");
    rule.confirm = policy::Confirm::each;
    EXPECT_EQ(
        allowancesShown(configuration),
        "This allows the site to log in and sign, each time after asking you, until the page is closed, the "
        "Ukey is unplugged or 15 minutes pass without use.");
    rule.scopes = {tokens, sign, digest, manage};
    EXPECT_NE(allowancesShown(configuration)
                  .find("sign digests, whose content cannot be shown; manage certificates"),
              std::string::npos);
}

TEST(CheckedSignature, thatIsNotTheKeys_neverLeaves_S22) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        BridgeUnderTest bridge;
        bridge.plug("SN1", algorithm);
        AttackingPage page(bridge);
        bridge.inLoop([&] { bridge.hosts().spoilSignatures(); });
        EXPECT_EQ(page.signData(asBytes("a bid")), "driver-error");
        EXPECT_EQ(page.signDigest(Bytes(32, 5), algorithm == KeyAlgorithm::sm2 ? "sm3" : "sha256"),
                  "driver-error");
        EXPECT_EQ(page.logIn().at("error").at("data").at("code"), "driver-error");
    }
}

/// The token has a certificate that names client authentication, with these bits of key usage.
pki::test::CertificateSpec forAuthentication(std::uint16_t keyUsage = 1) {
    pki::test::CertificateSpec spec;
    spec.keyUsage = keyUsage;
    spec.extensions = {{"2.5.29.37", *fromHex("300a06082b06010505070302")}};
    return spec;
}

struct WebEidPage {
    explicit WebEidPage(bool isAllowed, std::uint16_t keyUsage = 1) : bridge(configured(isAllowed)) {
        const auto address = bridge.plug("SN1");
        bridge.inLoop([&] { bridge.hosts().addCertificate(address, forAuthentication(keyUsage)); });
        client.emplace(bridge.port());
        client->hello();
        const json all = client->result("certificates.list").at("certificates");
        ordinary = all.at(0).at("id");
        authentication = all.at(1).at("id");
        client->result("pin.verify", {{"token", all.at(0).at("token")}});
    }
    static config::Config configured(bool isAllowed) {
        config::Config configuration = BridgeUnderTest::usualConfig();
        configuration.webEid = isAllowed;
        return configuration;
    }
    std::string logIn(const std::string& certificate) {
        return client->codeOf(
            "auth.sign",
            {{"certificate", certificate}, {"challenge", kChallengeOfTheOther}, {"format", "web-eid:1"}});
    }
    std::string sign(const std::string& certificate) {
        return client->codeOf("sign.data",
                              {{"certificate", certificate}, {"format", "raw"}, {"data", "AAAA"}});
    }

    BridgeUnderTest bridge;
    std::optional<Client> client;
    std::string ordinary;
    std::string authentication;
};

TEST(WebEidForm, isMadeOnlyWhereTheAdministratorAllowsIt_S22) {
    WebEidPage page(false);
    EXPECT_EQ(page.logIn(page.authentication), "unsupported");
    EXPECT_EQ(page.sign(page.authentication), "");
}

TEST(WebEidForm, isMadeOnlyWithKeysForAuthenticationAlone_S22) {
    WebEidPage page(true);
    EXPECT_EQ(page.logIn(page.ordinary), "unsupported");
    EXPECT_EQ(page.logIn(page.authentication), "");
    WebEidPage withNonRepudiation(true, 3);
    EXPECT_EQ(withNonRepudiation.logIn(withNonRepudiation.authentication), "unsupported");
    EXPECT_EQ(withNonRepudiation.sign(withNonRepudiation.authentication), "");
}

// By whichever of its certificates the page names the key.
TEST(WebEidForm, keyThatMakesIt_signsNoData_S22) {
    WebEidPage page(true);
    EXPECT_EQ(page.sign(page.authentication), "unsupported");
    EXPECT_EQ(page.sign(page.ordinary), "unsupported");
    EXPECT_EQ(page.client->codeOf("sign.digest", {{"certificate", page.ordinary},
                                                  {"digest", toBase64Url(Bytes(32, 5))},
                                                  {"digestAlgorithm", "sha256"}}),
              "unsupported");
}

}  // namespace
}  // namespace ukey::test
