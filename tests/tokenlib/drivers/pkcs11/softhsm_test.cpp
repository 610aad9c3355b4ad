// The driver on a real module.
#include "softhsm.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "expect_error.hpp"
#include "openssl_helpers.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::test;  // NOLINT(google-build-using-namespace)
using token::DigestAlgorithm;
using token::KeyAlgorithm;
using token::KeyEntry;
using token::KeyUsage;
using token::PinRole;

namespace {

const Bytes kMessage{'b', 'i', 'd', ' ', '4', '2'};

class SoftHsm : public SoftHsmTest {
  protected:
    Bytes signature(const token::KeyRef& key, DigestAlgorithm algorithm) {
        return driver().sign({tokenId(), key, algorithm, digestOf(algorithm, kMessage), {}});
    }
    std::vector<KeyEntry> keys() { return driver().listKeys({tokenId()}); }
    token::PublicKey generated(const std::string& container, KeyAlgorithm algorithm) {
        return driver().generateKeyPair({tokenId(), container, algorithm});
    }
};

class SoftHsmSignature : public SoftHsm, public ::testing::WithParamInterface<KeyAlgorithm> {};

}  // namespace

TEST_F(SoftHsm, tokens_initialisedAndFreeSlot_areReadyAndBlank) {
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 2U);
    const auto ready = std::find_if(tokens.begin(), tokens.end(), [](const auto& token) {
        return token.state == token::TokenState::ready;
    });
    const auto blank = std::find_if(tokens.begin(), tokens.end(), [](const auto& token) {
        return token.state == token::TokenState::blank;
    });
    ASSERT_NE(ready, tokens.end());
    ASSERT_NE(blank, tokens.end());
    EXPECT_EQ(ready->label, "Ukey test");
    EXPECT_FALSE(ready->serial.empty());
    EXPECT_EQ(ready->pin.minLength, 4U);
    EXPECT_THAT(ready->algorithms,
                ::testing::ElementsAre(KeyAlgorithm::rsa2048, KeyAlgorithm::rsa3072, KeyAlgorithm::rsa4096,
                                       KeyAlgorithm::p256, KeyAlgorithm::p384));
    EXPECT_EQ(driver().describeToken({ready->id}), *ready);
    EXPECT_ERROR(driver().login(blank->id, PinRole::user, Secret::copyOf("123456")), ErrorCode::tokenBlank);
    EXPECT_ERROR(driver().listKeys({blank->id}), ErrorCode::tokenBlank);
}

TEST_P(SoftHsmSignature, signature_ofGeneratedPair_verifiesWithOpenSsl) {
    login();
    const auto key = generated("sign-1", GetParam());
    EXPECT_EQ(key.algorithm, GetParam());
    for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
        const Bytes made = signature({"sign-1", KeyUsage::sign}, algorithm);
        EXPECT_TRUE(verifies(key, algorithm, digestOf(algorithm, kMessage), made));
        const Bytes again = signature({"sign-1", KeyUsage::sign}, algorithm);
        EXPECT_TRUE(verifies(key, algorithm, digestOf(algorithm, kMessage), again));
        EXPECT_FALSE(verifies(key, algorithm, digestOf(algorithm, Bytes{'x'}), made));
    }
}

INSTANTIATE_TEST_SUITE_P(Algorithms, SoftHsmSignature,
                         ::testing::Values(KeyAlgorithm::rsa2048, KeyAlgorithm::rsa3072, KeyAlgorithm::p256,
                                           KeyAlgorithm::p384),
                         [](const auto& tested) { return std::string(token::toString(tested.param)); });

TEST_F(SoftHsm, signature_ofDigestOfWrongLengthOrKind_isBadRequest) {
    login();
    generated("a", KeyAlgorithm::p256);
    const std::string id = tokenId();
    EXPECT_ERROR(driver().sign({id, {"a", KeyUsage::sign}, DigestAlgorithm::sha256, Bytes(31), {}}),
                 ErrorCode::badRequest);
    EXPECT_ERROR(driver().sign({id, {"a", KeyUsage::sign}, DigestAlgorithm::sm3, Bytes(32), {}}),
                 ErrorCode::badRequest);
    EXPECT_ERROR(signature({"b", KeyUsage::sign}, DigestAlgorithm::sha256), ErrorCode::certificateNotFound);
}

TEST_F(SoftHsm, signature_withoutLogin_isPinRequired) {
    login();
    generated("a", KeyAlgorithm::p256);
    driver().logout({tokenId()});
    EXPECT_ERROR(signature({"a", KeyUsage::sign}, DigestAlgorithm::sha256), ErrorCode::pinRequired);
    EXPECT_ERROR(generated("b", KeyAlgorithm::p256), ErrorCode::pinRequired);
    EXPECT_ERROR(driver().deleteContainer({tokenId(), "a"}), ErrorCode::pinRequired);
    login();
    EXPECT_NO_THROW(signature({"a", KeyUsage::sign}, DigestAlgorithm::sha256));
}

TEST_F(SoftHsm, sm2Curve_withoutSm2Mechanism_isNeverSignedWithEcdsa) {
    login();
    EXPECT_ERROR(generated("sm2", KeyAlgorithm::sm2), ErrorCode::unsupported);
    // SoftHSM makes pairs on any curve that OpenSSL knows, and signs ECDSA with them.
    restart({.sm2 = pkcs11::Sm2Mechanisms{.generate = 0x1040, .sign = 0x80008105}});
    login();
    EXPECT_EQ(generated("sm2", KeyAlgorithm::sm2).algorithm, KeyAlgorithm::sm2);
    const std::string id = tokenId();
    const auto sign = [&] {
        return driver().sign({id, {"sm2", KeyUsage::sign}, DigestAlgorithm::sm3, Bytes(32), {}});
    };
    EXPECT_ERROR(sign(), ErrorCode::unsupported);
    restart();
    login();
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_EQ(keys()[0].publicKey->algorithm, KeyAlgorithm::sm2);
    EXPECT_ERROR(sign(), ErrorCode::unsupported);
}

TEST_F(SoftHsm, login_withWrongPin_isRefusedAlsoWhenLoggedIn) {
    const std::string id = tokenId();
    EXPECT_ERROR(driver().login(id, PinRole::user, Secret::copyOf("654321")), ErrorCode::pinIncorrect);
    login();
    EXPECT_ERROR(driver().login(id, PinRole::user, Secret::copyOf("654321")), ErrorCode::pinIncorrect);
    EXPECT_ERROR(driver().login(id, PinRole::user, Secret::copyOf("123")), ErrorCode::pinIncorrect);
    EXPECT_ERROR(driver().login(id, PinRole::user, Secret()), ErrorCode::pinTooShort);
    EXPECT_NO_THROW(login());
    EXPECT_NO_THROW(login());
}

TEST_F(SoftHsm, pin_changedAndUnlocked_isTheNewOne) {
    const std::string id = tokenId();
    EXPECT_ERROR(driver().changePin(id, PinRole::user, Secret::copyOf("000000"), Secret::copyOf("222222")),
                 ErrorCode::pinIncorrect);
    EXPECT_ERROR(driver().changePin(id, PinRole::user, Secret::copyOf("123456"), Secret::copyOf("2")),
                 ErrorCode::pinTooShort);
    driver().changePin(id, PinRole::user, Secret::copyOf("123456"), Secret::copyOf("222222"));
    EXPECT_ERROR(login("123456"), ErrorCode::pinIncorrect);
    login("222222");
    EXPECT_ERROR(driver().unlockPin(id, Secret::copyOf("12345678"), Secret::copyOf("333333")),
                 ErrorCode::pinIncorrect);
    driver().unlockPin(id, Secret::copyOf("87654321"), Secret::copyOf("333333"));
    login("333333");
    driver().changePin(id, PinRole::administrator, Secret::copyOf("87654321"), Secret::copyOf("11112222"));
    driver().login(id, PinRole::administrator, Secret::copyOf("11112222"));
    login("333333");
}

TEST_F(SoftHsm, keys_seenBeforeAndAfterLogin_haveTheSameNames) {
    login();
    const auto key = generated("one", KeyAlgorithm::rsa2048);
    const auto other = generated("two", KeyAlgorithm::p256);
    const Bytes certificate = certificateFor(key);
    driver().writeCertificate({tokenId(), {"one", KeyUsage::sign}, certificate});
    auto before = keys();
    driver().logout({tokenId()});
    auto after = keys();
    const auto byName = [](const KeyEntry& a, const KeyEntry& b) {
        return a.ref.container < b.ref.container;
    };
    std::sort(before.begin(), before.end(), byName);
    std::sort(after.begin(), after.end(), byName);
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before, after);
    EXPECT_EQ(before[0].ref, (token::KeyRef{"one", KeyUsage::sign}));
    EXPECT_EQ(before[0].publicKey, key);
    EXPECT_EQ(before[0].certificate, certificate);
    EXPECT_EQ(before[1].publicKey, other);
    EXPECT_TRUE(before[1].certificate.empty());
    EXPECT_EQ(before[0].decrypt, token::DecryptMeans::none);
}

TEST_F(SoftHsm, container_ofSameName_isNeverOverwritten) {
    login();
    const auto key = generated("one", KeyAlgorithm::p256);
    EXPECT_ERROR(generated("one", KeyAlgorithm::p256), ErrorCode::badRequest);
    EXPECT_ERROR(generated("", KeyAlgorithm::p256), ErrorCode::badRequest);
    EXPECT_ERROR(generated("a b", KeyAlgorithm::p256), ErrorCode::badRequest);
    EXPECT_ERROR(generated(std::string(40, 'a'), KeyAlgorithm::p256), ErrorCode::badRequest);
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_EQ(keys()[0].publicKey, key);
}

TEST_F(SoftHsm, container_deleted_isGoneAndMayBeDeletedAgain) {
    login();
    const auto key = generated("one", KeyAlgorithm::p256);
    generated("two", KeyAlgorithm::p256);
    driver().writeCertificate({tokenId(), {"one", KeyUsage::sign}, certificateFor(key)});
    driver().deleteContainer({tokenId(), "one"});
    driver().deleteContainer({tokenId(), "one"});
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_EQ(keys()[0].ref.container, "two");
}

TEST_F(SoftHsm, certificate_replaced_isTheNewOneAlone) {
    login();
    const auto key = generated("one", KeyAlgorithm::p256);
    const Bytes first = certificateFor(key, {.serial = 1, .startsInDays = 10});
    const Bytes second = certificateFor(key, {.serial = 2});
    driver().writeCertificate({tokenId(), {"one", KeyUsage::sign}, first});
    driver().writeCertificate({tokenId(), {"one", KeyUsage::sign}, second});
    driver().writeCertificate({tokenId(), {"one", KeyUsage::sign}, second});
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_EQ(keys()[0].certificate, second);
    EXPECT_EQ(outputOf(std::string("pkcs11-tool --module ") + kSoftHsm +
                       " --token-label 'Ukey test' --list-objects --type cert | grep -c Certificate"),
              "1\n");
}

TEST_F(SoftHsm, certificate_thatFitsNoPair_isRefused) {
    login();
    const auto key = generated("one", KeyAlgorithm::p256);
    const Bytes foreign = certificateFor(publicKeyOf(newKey(KeyAlgorithm::p256).get()));
    const std::string id = tokenId();
    EXPECT_ERROR(driver().writeCertificate({id, {"one", KeyUsage::sign}, foreign}),
                 ErrorCode::certificateMismatch);
    EXPECT_ERROR(driver().writeCertificate({id, {"two", KeyUsage::sign}, certificateFor(key)}),
                 ErrorCode::certificateNotFound);
    EXPECT_ERROR(driver().writeCertificate({id, {"one", KeyUsage::sign}, Bytes{0x30, 0x00}}),
                 ErrorCode::badRequest);
    EXPECT_TRUE(keys()[0].certificate.empty());
}

TEST_F(SoftHsm, encryptionPair_importedUnderTheSigningKey_decrypts) {
    login();
    const auto signing = generated("dual", KeyAlgorithm::rsa2048);
    const Key pair = newKey(KeyAlgorithm::rsa2048);
    const Bytes aes(32, 0x5a);
    token::WrappedKeyPair wrapped{.algorithm = KeyAlgorithm::rsa2048,
                                  .symmetricAlgorithm = 0x1002,
                                  .iv = {},
                                  .wrappedKey = encryptPkcs1(signing, aes),
                                  .encryptedPrivateKey = aesKeyWrapPad(aes, privateKeyInfo(pair.get())),
                                  .publicKey = publicKeyOf(pair.get())};
    const std::string id = tokenId();
    // Twice: a step of an enrolment may be repeated.
    driver().importKeyPair({id, "dual", wrapped});
    driver().importKeyPair({id, "dual", wrapped});
    driver().writeCertificate({id,
                               {"dual", KeyUsage::encrypt},
                               certificateFor(wrapped.publicKey, {.keyUsage = "keyEncipherment"})});
    driver().writeCertificate(
        {id, {"dual", KeyUsage::sign}, certificateFor(signing, {.keyUsage = "digitalSignature"})});

    const auto all = keys();
    ASSERT_EQ(all.size(), 2U);
    const auto encryption =
        std::find_if(all.begin(), all.end(), [](const auto& e) { return e.ref.usage == KeyUsage::encrypt; });
    ASSERT_NE(encryption, all.end());
    EXPECT_EQ(encryption->ref.container, "dual");
    EXPECT_EQ(encryption->publicKey, wrapped.publicKey);
    EXPECT_EQ(encryption->decrypt, token::DecryptMeans::direct);
    const Bytes secret{1, 2, 3, 4, 5};
    EXPECT_EQ(driver().decrypt({id, {"dual", KeyUsage::encrypt}, encryptPkcs1(wrapped.publicKey, secret)}),
              secret);
    // The signing pair still signs, and the imported one does not.
    EXPECT_TRUE(verifies(signing, DigestAlgorithm::sha256, digestOf(DigestAlgorithm::sha256, kMessage),
                         signature({"dual", KeyUsage::sign}, DigestAlgorithm::sha256)));
    EXPECT_ERROR(signature({"dual", KeyUsage::encrypt}, DigestAlgorithm::sha256), ErrorCode::unsupported);

    driver().deleteContainer({id, "dual"});
    EXPECT_TRUE(keys().empty());
}

TEST_F(SoftHsm, encryptionPair_thatTheTokenCannotOpen_isAMismatchAndLeavesNothing) {
    login();
    const auto signing = generated("dual", KeyAlgorithm::rsa2048);
    const Key pair = newKey(KeyAlgorithm::rsa2048);
    const Bytes aes(32, 0x5a);
    const token::WrappedKeyPair good{.algorithm = KeyAlgorithm::rsa2048,
                                     .symmetricAlgorithm = 0x1002,
                                     .iv = {},
                                     .wrappedKey = encryptPkcs1(signing, aes),
                                     .encryptedPrivateKey = aesKeyWrapPad(aes, privateKeyInfo(pair.get())),
                                     .publicKey = publicKeyOf(pair.get())};
    const std::string id = tokenId();
    auto foreignKey = good;
    foreignKey.wrappedKey = encryptPkcs1(publicKeyOf(newKey(KeyAlgorithm::rsa2048).get()), aes);
    EXPECT_ERROR(driver().importKeyPair({id, "dual", foreignKey}), ErrorCode::certificateMismatch);
    auto damaged = good;
    damaged.encryptedPrivateKey[9] ^= 1;
    EXPECT_ERROR(driver().importKeyPair({id, "dual", damaged}), ErrorCode::certificateMismatch);
    auto otherPublic = good;
    otherPublic.publicKey = publicKeyOf(newKey(KeyAlgorithm::rsa2048).get());
    EXPECT_ERROR(driver().importKeyPair({id, "dual", otherPublic}), ErrorCode::certificateMismatch);
    EXPECT_ERROR(driver().importKeyPair({id, "none", good}), ErrorCode::certificateNotFound);
    EXPECT_ERROR(driver().importKeyPair({id, "dual", token::EnvelopedSm2Key{}}), ErrorCode::unsupported);
    generated("ec", KeyAlgorithm::p256);
    EXPECT_ERROR(driver().importKeyPair({id, "ec", good}), ErrorCode::unsupported);
    EXPECT_EQ(keys().size(), 2U);
}

TEST_F(SoftHsm, random_ofTheToken_hasTheLengthAsked) {
    const std::string id = tokenId();
    const Bytes first = driver().random({id, 32});
    EXPECT_EQ(first.size(), 32U);
    EXPECT_NE(first, driver().random({id, 32}));
    EXPECT_EQ(driver().random({id, 1024}).size(), 1024U);
    EXPECT_ERROR(driver().random({id, 0}), ErrorCode::badRequest);
    EXPECT_ERROR(driver().random({id, 1025}), ErrorCode::badRequest);
}

TEST_F(SoftHsm, module_restarted_findsItsKeysAgain_S44) {
    login();
    const auto key = generated("kept", KeyAlgorithm::p256);
    for (int i = 0; i < 3; ++i) {
        restart();
        login();
        EXPECT_TRUE(verifies(key, DigestAlgorithm::sha256, digestOf(DigestAlgorithm::sha256, kMessage),
                             signature({"kept", KeyUsage::sign}, DigestAlgorithm::sha256)));
    }
}

TEST_F(SoftHsm, waiting_withoutSlotEvents_isUnsupportedAtOnce) {
    EXPECT_ERROR(driver().waitForChange(), ErrorCode::unsupported);
    EXPECT_ERROR(driver().waitForChange(), ErrorCode::unsupported);
}

TEST_F(SoftHsm, operationsThatPkcs11DoesNotHave_areUnsupported) {
    const std::string id = tokenId();
    EXPECT_ERROR(driver().unlockChallenge({id}), ErrorCode::unsupported);
    EXPECT_ERROR(driver().unlockResponse(id, Bytes(16)), ErrorCode::unsupported);
    EXPECT_ERROR(driver().openSession({id, {"a", KeyUsage::encrypt}, Bytes(256), 0x402, {}}),
                 ErrorCode::unsupported);
    EXPECT_ERROR(driver().describeToken({"99-none"}), ErrorCode::tokenNotFound);
}
