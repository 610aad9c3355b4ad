// What GM/T 0016 tokens in the field do otherwise than the standard says, each as its kind.
#include "fake_fixture.hpp"
#include "tests/tokenlib/drivers/pkcs11/openssl_helpers.hpp"

namespace ukey::skf {
namespace {

using token::KeyUsage;
using token::PinRole;

constexpr const char* kSecond = "SECOND-APP/other";

struct SkfFieldCases : FakeSkf {
    SkfFieldCases() {
        sm2 = test::publicKeyOf(test::newKey(token::KeyAlgorithm::sm2).get());
        rsa.algorithm = token::KeyAlgorithm::rsa2048;
        rsa.modulus = fake.rsaModulus();
        rsa.exponent = {1, 0, 1};
    }
    std::optional<token::KeyEntry> entry(const std::string& container, KeyUsage usage = KeyUsage::sign) {
        for (auto& one : driver().listKeys({kFakeId})) {
            if (one.ref == token::KeyRef{container, usage}) return std::move(one);
        }
        return std::nullopt;
    }
    ErrorCode loginWith(const std::string& pin) {
        return codeOf([&] { driver().login(kFakeId, PinRole::user, Secret::copyOf(pin)); });
    }
    ErrorCode signsWith(const std::string& container) {
        return codeOf([&] { driver().sign(signRequest(container)); });
    }
    static constexpr ErrorCode kFine = ErrorCode::internal;  ///< What codeOf() says of a call that worked.

    token::PublicKey sm2, rsa;
};

TEST_F(SkfFieldCases, publicKeyThatIsRefused_isThatOfTheCertificate) {
    fake.certificate("sm2", KeyUsage::sign, test::certificateFor(sm2));
    fake.certificate("sm2", KeyUsage::encrypt, test::certificateFor(sm2));
    fake.certificate("rsa", KeyUsage::sign, test::certificateFor(rsa));
    // Not found, failed, not supported, a bad parameter, a maker's own.
    for (const long long code : {0x0A00001B, 0x0A000001, 0x0A000003, 0x0A000006, 0x0B000007}) {
        fake.fail("SKF_ExportPublicKey", code);
        ASSERT_TRUE(entry("sm2")) << code;
        EXPECT_EQ(entry("sm2")->publicKey, sm2);
        EXPECT_EQ(entry("sm2", KeyUsage::encrypt)->publicKey, sm2);
        EXPECT_NE(entry("sm2", KeyUsage::encrypt)->decrypt, token::DecryptMeans::none);
        EXPECT_EQ(entry("rsa")->publicKey, rsa);
        EXPECT_FALSE(entry("empty"));
    }
    login();
    EXPECT_EQ(driver().sign(signRequest("sm2")).size(), 64U);
    EXPECT_EQ(driver().sign(signRequest("rsa")).size(), 256U);
}

TEST_F(SkfFieldCases, publicKeyThatIsNonsense_isThatOfTheCertificateAndHidesNoOther) {
    fake.certificate("sm2", KeyUsage::sign, test::certificateFor(sm2));
    fake.certificate("sm2", KeyUsage::encrypt, test::certificateFor(sm2));
    fake.certificate("rsa", KeyUsage::sign, test::certificateFor(rsa));
    fake.set("bits", 255);
    ASSERT_TRUE(entry("sm2"));
    EXPECT_EQ(entry("sm2")->publicKey, sm2);
    EXPECT_EQ(entry("rsa")->publicKey, rsa);
    login();
    EXPECT_EQ(driver().sign(signRequest("sm2")).size(), 64U);
}

TEST_F(SkfFieldCases, pairThatShowsNeitherKeyNorCertificate_isNotListed) {
    fake.fail("SKF_ExportPublicKey", 0x0A00001B);
    EXPECT_FALSE(entry("rsa"));
    login();
    EXPECT_EQ(signsWith("rsa"), ErrorCode::certificateNotFound);
}

TEST_F(SkfFieldCases, importedPairWhosePublicKeyIsNotExported_isTaken) {
    login();
    (void)driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2});
    fake.fail("SKF_ExportPublicKey", 0x0A000003);
    EXPECT_NO_THROW(driver().importKeyPair({kFakeId, "new", fakeEnvelope()}));
}

TEST_F(SkfFieldCases, keysOfEveryApplication_areListedAndThePinGoesToTheOneThatHoldsTheKey) {
    fake.set("secondApplication", 1);
    fake.certificate("other", KeyUsage::sign, test::certificateFor(sm2));
    EXPECT_TRUE(entry("sm2"));
    ASSERT_TRUE(entry(kSecond));
    EXPECT_FALSE(entry(kSecond)->certificate.empty());

    EXPECT_EQ(loginWith("111111"), kFine);
    EXPECT_EQ(signsWith("sm2"), kFine);
    EXPECT_TRUE(entry(kSecond)) << "a list shows it also while somebody is logged in";
    EXPECT_EQ(signsWith("sm2"), kFine) << "and ends no login";

    EXPECT_EQ(signsWith(kSecond), ErrorCode::pinRequired);
    EXPECT_EQ(loginWith("111111"), ErrorCode::pinIncorrect);
    EXPECT_EQ(loginWith("222222"), kFine);
    EXPECT_EQ(signsWith(kSecond), kFine);
    EXPECT_TRUE(entry("sm2"));
    EXPECT_EQ(signsWith(kSecond), kFine);

    EXPECT_EQ(signsWith("sm2"), ErrorCode::pinRequired);
    EXPECT_EQ(loginWith("111111"), kFine);
    EXPECT_EQ(signsWith("sm2"), kFine);
}

TEST_F(SkfFieldCases, makersApplicationBeforeTheUsers_getsNeitherThePinNorNewKeys) {
    fake.set("secondApplication", 2);
    EXPECT_EQ(loginWith("111111"), kFine);
    EXPECT_TRUE(entry("sm2"));
    EXPECT_NO_THROW(driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2}));
    EXPECT_EQ(signsWith("new"), kFine);
    driver().logout({kFakeId});
    EXPECT_TRUE(entry("new"));
    EXPECT_TRUE(entry(kSecond));
}

TEST_F(SkfFieldCases, newKeys_areMadeInTheHomeApplicationWhereverTheLastKeyWas) {
    fake.set("secondApplication", 1);
    fake.certificate("other", KeyUsage::sign, test::certificateFor(sm2));
    EXPECT_EQ(signsWith(kSecond), ErrorCode::pinRequired);
    EXPECT_EQ(loginWith("222222"), kFine);
    const token::GenerateKeyPair request{kFakeId, "new", token::KeyAlgorithm::sm2};
    EXPECT_EQ(codeOf([&] { driver().generateKeyPair(request); }), ErrorCode::pinRequired);
    EXPECT_EQ(loginWith("111111"), kFine);
    EXPECT_NO_THROW(driver().generateKeyPair(request));
    EXPECT_EQ(signsWith("new"), kFine);
    EXPECT_NO_THROW(driver().deleteContainer({kFakeId, "new"}));
}

TEST_F(SkfFieldCases, containersHiddenBeforeTheLogin_areToldOf) {
    EXPECT_FALSE(driver().describeToken({kFakeId}).hidesCertificates);
    fake.failOnce("SKF_EnumContainer", 0x0A00002D);
    EXPECT_TRUE(driver().describeToken({kFakeId}).hidesCertificates);
    login();
    EXPECT_TRUE(driver().describeToken({kFakeId}).hidesCertificates) << "it stays what it is, for others";
}

TEST_F(SkfFieldCases, formsOfKeyDelivery_areThoseThatTheLibraryTakes) {
    using token::KeyDelivery;
    EXPECT_EQ(driver().listTokens({}).at(0).deliveries,
              (std::vector{KeyDelivery::envelopedSm2, KeyDelivery::wrapped}));
}

TEST_F(SkfFieldCases, tokensWithOneSerialNumber_areToldApart) {
    fake.set("twin", 1);
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 2U);
    EXPECT_EQ(tokens[0].serial, tokens[1].serial);
    EXPECT_NE(tokens[0].id, tokens[1].id);
    EXPECT_FALSE(token::isSameConnection(tokens[0], tokens[1]));
    driver().login(tokens[1].id, PinRole::user, Secret::copyOf("111111"));
    EXPECT_EQ(fake.calls("SKF_VerifyPIN@" + tokens[1].id), 1);
    EXPECT_EQ(fake.calls("SKF_VerifyPIN@" + tokens[0].id), 0);
    fake.set("unplugged", 1);
    ASSERT_EQ(driver().listTokens({}).size(), 1U);
    EXPECT_EQ(driver().listTokens({}).at(0).id, tokens[1].id);
}

}  // namespace
}  // namespace ukey::skf
