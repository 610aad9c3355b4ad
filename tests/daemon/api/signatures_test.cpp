// sign.* and logins of sites through a running server: what is signed, with which key, after which question.
#include "tests/daemon/api/tokens_fixture.hpp"
#include "tokenlib/pki/auth_token.hpp"

namespace ukey::test {
namespace {

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
