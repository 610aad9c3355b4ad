// Objects that are incomplete, ambiguous, or lie about their lengths.
#include "fake.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::fake;  // NOLINT(google-build-using-namespace)
using test::certificateFor;
using test::ecKey;
using test::newKey;
using test::publicKeyOf;
using test::rsaKey;
using token::DecryptMeans;
using token::KeyAlgorithm;
using token::KeyEntry;
using token::KeyRef;
using token::KeyUsage;

namespace {

class OddObjects : public test::FakeTest {
  protected:
    std::shared_ptr<EVP_PKEY> another(KeyAlgorithm algorithm = KeyAlgorithm::p256) {
        return newKey(algorithm);
    }
    const KeyEntry* entry(const std::vector<KeyEntry>& list, const KeyRef& ref) {
        for (const auto& one : list) {
            if (one.ref == ref) return &one;
        }
        return nullptr;
    }
};

}  // namespace

TEST_F(OddObjects, attributeLengths_thatLie_leaveTheAttributeOut) {
    addPair(ecKey());
    login();
    for (const CK_ULONG claimed : {CK_UNAVAILABLE_INFORMATION, CK_ULONG{1} << 40U, CK_ULONG{65537}}) {
        state().claimedLengths = {{CKA_LABEL, claimed}};
        ASSERT_EQ(keys().size(), 1U) << claimed;
        EXPECT_EQ(keys()[0].publicKey, publicKeyOf(ecKey().get()));
    }
    state().claimedLengths = {{CKA_VALUE, CK_UNAVAILABLE_INFORMATION}};
    EXPECT_TRUE(keys().at(0).certificate.empty());
    state().claimedLengths = {{CKA_KEY_TYPE, 3}};
    EXPECT_EQ(keys().size(), 1U);
    EXPECT_FALSE(keys()[0].publicKey);
}

TEST_F(OddObjects, attributeLengths_thatGrow_areNotRead) {
    addPair(ecKey());
    login();
    state().growsSecondTime = true;
    state().claimedLengths = {{CKA_VALUE, CK_ULONG{1} << 40U}, {CKA_LABEL, 100000}};
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_TRUE(keys()[0].certificate.empty());
    EXPECT_TRUE(keys()[0].publicKey);
}

TEST_F(OddObjects, module_thatStopsAtTheFirstUnknownAttribute_isReadOneByOne) {
    addPair(ecKey());
    for (auto& [handle, object] : state().objects) object.attributes.erase(CKA_ID);
    state().stopsAtUnknown = true;
    login();
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_EQ(keys()[0].publicKey, publicKeyOf(ecKey().get()));
    EXPECT_FALSE(keys()[0].certificate.empty());
    EXPECT_THAT(keys()[0].ref.container, ::testing::StartsWith("key:"));
}

TEST_F(OddObjects, objects_withoutEnd_areCapped) {
    addPair(ecKey());
    state().endlessObjects = true;
    login();
    EXPECT_EQ(keys().size(), 1U);
    EXPECT_LT(calls("C_FindObjects"), 50U);
}

TEST_F(OddObjects, search_leftOpenByAnother_isEnded) {
    addPair(ecKey());
    login();
    for (const auto session : state().sessions) state().searches[session] = {};
    EXPECT_EQ(keys().size(), 1U);
}

TEST_F(OddObjects, search_thatFails_isAnErrorNotAnEmptyToken) {
    addPair(ecKey());
    state().returns["C_FindObjects"] = {CKR_DEVICE_ERROR};
    EXPECT_ERROR(keys(), ErrorCode::driverError);
    EXPECT_EQ(keys().size(), 1U);
}

TEST_F(OddObjects, keyWithoutCertificate_isListedAndSigns) {
    state().add(privateKey(ecKey()));
    state().add(publicKey(publicKeyOf(ecKey().get())));
    login();
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_TRUE(keys()[0].certificate.empty());
    EXPECT_NO_THROW(sign());
}

TEST_F(OddObjects, certificateWithoutKey_hasNoPublicKeyOnceThatIsKnown) {
    state().add(certificate(certificateFor(publicKeyOf(ecKey().get()))));
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_TRUE(keys()[0].publicKey);  // The private key may be hidden.
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    login();
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_FALSE(keys()[0].publicKey);
    EXPECT_ERROR(sign(), ErrorCode::certificateNotFound);
}

TEST_F(OddObjects, publicKeyWithoutPrivateKey_isNotOfferedOnceThatIsKnown) {
    state().add(publicKey(publicKeyOf(ecKey().get())));
    EXPECT_EQ(keys().size(), 1U);
    login();
    EXPECT_TRUE(keys().empty());
    driver().deleteContainer({id(), "key"});
    EXPECT_TRUE(state().objects.empty());
}

TEST_F(OddObjects, certificateOfTheCa_underTheUsersId_isNotHis) {
    addPair(ecKey());
    const auto authority = publicKeyOf(another().get());
    state().add(certificate(certificateFor(
        authority, {.keyUsage = "keyCertSign,cRLSign", .authority = true, .startsInDays = 1})));
    login();
    const auto list = keys();
    ASSERT_EQ(list.size(), 2U);
    const auto* own = entry(list, {"key", KeyUsage::sign});
    ASSERT_NE(own, nullptr);
    EXPECT_EQ(own->publicKey, publicKeyOf(ecKey().get()));
    const auto& other = own == &list[0] ? list[1] : list[0];
    EXPECT_FALSE(other.publicKey);
    EXPECT_THAT(other.ref.container, ::testing::StartsWith("cert:"));
    driver().deleteContainer({id(), "key"});
    EXPECT_EQ(state().objects.size(), 1U);
}

TEST_F(OddObjects, certificate_withoutId_isFoundByItsPublicKey) {
    state().add(privateKey(rsaKey()));
    state().add(certificate(certificateFor(publicKeyOf(rsaKey().get()))).set(CKA_ID, ""));
    login();
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_EQ(keys()[0].ref.container, "key");
    EXPECT_FALSE(keys()[0].certificate.empty());
}

TEST_F(OddObjects, ecPrivateKey_withoutPublicKey_takesItFromTheCertificateOfItsId) {
    state().add(privateKey(ecKey()));
    state().add(certificate(certificateFor(publicKeyOf(ecKey().get()))));
    login();
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_EQ(keys()[0].publicKey, publicKeyOf(ecKey().get()));
    EXPECT_NO_THROW(sign());
}

TEST_F(OddObjects, twoPairs_underOneId_areToldApartByUse) {
    const auto encryption = another(KeyAlgorithm::rsa2048);
    addPair(rsaKey(), {.keyUsage = "digitalSignature,nonRepudiation"});
    addPair(encryption, {.keyUsage = "keyEncipherment,dataEncipherment"});
    std::vector<KeyEntry> before = keys();
    login();
    for (const auto& list : {before, keys()}) {
        ASSERT_EQ(list.size(), 2U);
        const auto* signing = entry(list, {"key", KeyUsage::sign});
        const auto* opening = entry(list, {"key", KeyUsage::encrypt});
        ASSERT_NE(signing, nullptr);
        ASSERT_NE(opening, nullptr);
        EXPECT_EQ(signing->publicKey, publicKeyOf(rsaKey().get()));
        EXPECT_EQ(opening->publicKey, publicKeyOf(encryption.get()));
        EXPECT_EQ(opening->decrypt, DecryptMeans::direct);
    }
    const Bytes secret{4, 2};
    EXPECT_EQ(
        driver().decrypt(
            {id(), {"key", KeyUsage::encrypt}, test::encryptPkcs1(publicKeyOf(encryption.get()), secret)}),
        secret);
}

TEST_F(OddObjects, twoEcPairs_underOneIdWithoutPublicKeys_goByWhatTheKeysMayDo) {
    const auto encryption = another();
    state().add(privateKey(ecKey()).flag(CKA_DECRYPT, false));
    state().add(privateKey(encryption).flag(CKA_SIGN, false));
    state().add(certificate(certificateFor(publicKeyOf(ecKey().get()), {.keyUsage = "digitalSignature"})));
    state().add(certificate(certificateFor(publicKeyOf(encryption.get()), {.keyUsage = "keyAgreement"})));
    login();
    const auto list = keys();
    ASSERT_EQ(list.size(), 2U);
    ASSERT_NE(entry(list, {"key", KeyUsage::encrypt}), nullptr);
    EXPECT_EQ(entry(list, {"key", KeyUsage::encrypt})->publicKey, publicKeyOf(encryption.get()));
    const auto digest = test::digestOf(token::DigestAlgorithm::sha256, kMessage);
    EXPECT_TRUE(test::verifies(publicKeyOf(ecKey().get()), token::DigestAlgorithm::sha256, digest, sign()));
}

TEST_F(OddObjects, onlyPair_ofAContainer_isFoundByEitherUsage) {
    addPair(rsaKey(), {.keyUsage = "keyEncipherment"});
    login();
    EXPECT_EQ(keys().at(0).ref.usage, KeyUsage::encrypt);
    EXPECT_NO_THROW(sign());
}

TEST_F(OddObjects, keysOfOtherKinds_areLeftOut) {
    state().add(privateKey(ecKey()).number(CKA_KEY_TYPE, 0x40));
    state().add(privateKey(ecKey()).set(CKA_EC_PARAMS, Bytes{0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a}));
    state().add(privateKey(rsaKey()).set(CKA_MODULUS, Bytes(128, 0x80)));
    state().add(certificate({0x30, 0x03, 0x01, 0x01, 0xff}));
    login();
    EXPECT_TRUE(keys().empty());
}

TEST_F(OddObjects, handle_thatBecameInvalid_isLookedUpAnew) {
    addPair(ecKey());
    login();
    EXPECT_NO_THROW(sign());
    // Another program replaced the object.
    auto objects = std::exchange(state().objects, {});
    for (auto& [handle, object] : objects) state().add(object);
    EXPECT_NO_THROW(sign());
    state().objects.clear();
    EXPECT_ERROR(sign(), ErrorCode::certificateNotFound);
}

TEST_F(OddObjects, signature_afterTheFirst_costsTwoCalls) {
    addPair(ecKey());
    login();
    EXPECT_NO_THROW(sign());
    state().calls.clear();
    for (int i = 0; i < 5; ++i) EXPECT_NO_THROW(sign());
    EXPECT_EQ(state().calls, (std::map<std::string, unsigned>{{"C_SignInit", 5}, {"C_Sign", 5}}));
}

TEST_F(OddObjects, container_deleted_takesBothPairsAndTheirCertificates) {
    login();
    const auto signing = driver().generateKeyPair({id(), "dual", KeyAlgorithm::rsa2048});
    driver().writeCertificate({id(), {"dual", KeyUsage::sign}, certificateFor(signing)});
    const auto pair = another(KeyAlgorithm::rsa2048);
    const Bytes aes(16, 3);
    const Bytes iv(16, 8);
    token::WrappedKeyPair wrapped{KeyAlgorithm::rsa2048,
                                  0x1001,
                                  iv,
                                  test::encryptPkcs1(signing, aes),
                                  test::aesCbcPad(aes, iv, test::privateKeyInfo(pair.get())),
                                  publicKeyOf(pair.get())};
    driver().importKeyPair({id(), "dual", wrapped});
    driver().writeCertificate({id(), {"dual", KeyUsage::encrypt}, certificateFor(wrapped.publicKey)});
    ASSERT_EQ(keys().size(), 2U);
    const Bytes secret{9, 9};
    EXPECT_EQ(
        driver().decrypt({id(), {"dual", KeyUsage::encrypt}, test::encryptPkcs1(wrapped.publicKey, secret)}),
        secret);
    EXPECT_THAT(keys(), ::testing::Each(
                            ::testing::Field(&KeyEntry::certificate, ::testing::Not(::testing::IsEmpty()))));

    wrapped.iv.pop_back();
    EXPECT_ERROR(driver().importKeyPair({id(), "dual", wrapped}), ErrorCode::badRequest);
    wrapped.symmetricAlgorithm = 0x401;
    EXPECT_ERROR(driver().importKeyPair({id(), "dual", wrapped}), ErrorCode::unsupported);

    driver().deleteContainer({id(), "dual"});
    EXPECT_TRUE(keys().empty());
    for (const auto& [handle, object] : state().objects) EXPECT_FALSE(object.isSet(CKA_TOKEN));
}

TEST_F(OddObjects, newKeys_cannotBeTakenOut) {
    login();
    driver().generateKeyPair({id(), "a", KeyAlgorithm::rsa2048});
    const auto secret = std::find_if(state().objects.begin(), state().objects.end(), [](const auto& one) {
        return one.second.number(CKA_CLASS) == CKO_PRIVATE_KEY;
    });
    ASSERT_NE(secret, state().objects.end());
    EXPECT_TRUE(secret->second.isSet(CKA_SENSITIVE));
    EXPECT_TRUE(secret->second.isSet(CKA_PRIVATE));
    EXPECT_TRUE(secret->second.isSet(CKA_TOKEN));
    EXPECT_EQ(secret->second.attributes.at(CKA_EXTRACTABLE), Bytes{0});
    EXPECT_EQ(secret->second.attributes.at(CKA_ID), Bytes{'a'});
}
