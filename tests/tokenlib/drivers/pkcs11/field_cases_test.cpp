// What tokens in the field do otherwise than PKCS#11 says, each as its kind.
#include <openssl/ec.h>

#include "fake.hpp"
#include "tokenlib/drivers/pkcs11/stored_forms.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::fake;  // NOLINT(google-build-using-namespace)
using test::certificateFor;
using test::ecKey;
using test::publicKeyOf;
using test::rsaKey;
using token::KeyAlgorithm;
using token::KeyUsage;
using token::TokenState;

namespace {

class FieldCases : public test::FakeTest {
  protected:
    bool signsWith(const std::shared_ptr<EVP_PKEY>& key, const token::KeyRef& ref, unsigned attempt = 0) {
        const auto digest = test::digestOf(token::DigestAlgorithm::sha256, kMessage);
        const token::Sign request{id(), ref, token::DigestAlgorithm::sha256, digest, {}, attempt};
        return test::verifies(publicKeyOf(key.get()), token::DigestAlgorithm::sha256, digest,
                              driver().sign(request));
    }
    token::TokenInfo told() { return driver().listTokens({}).at(0); }
};

/// The curve written out by OpenSSL (SEC 1 C.2).
Bytes writtenOut(const char* curve, point_conversion_form_t form) {
    const std::unique_ptr<EC_GROUP, decltype(&EC_GROUP_free)> group(
        EC_GROUP_new_by_curve_name(OBJ_sn2nid(curve)), &EC_GROUP_free);
    EC_GROUP_set_asn1_flag(group.get(), OPENSSL_EC_EXPLICIT_CURVE);
    EC_GROUP_set_point_conversion_form(group.get(), form);
    unsigned char* out = nullptr;
    const int length = i2d_ECPKParameters(group.get(), &out);
    Bytes octets(out, out + std::max(length, 0));
    OPENSSL_free(out);
    return octets;
}

Bytes named(std::uint8_t tag, std::string_view name) { return pkcs11::der::encode(tag, asBytes(name)); }

}  // namespace

TEST_F(FieldCases, curve_byItsName_isThatCurve) {
    for (const auto tag : {std::uint8_t{0x13}, std::uint8_t{0x0c}}) {
        for (const auto* name : {"prime256v1", "secp256r1", "P-256", "p-256", "SECP256R1"}) {
            EXPECT_EQ(pkcs11::curveOf(named(tag, name)), KeyAlgorithm::p256) << name;
        }
        EXPECT_EQ(pkcs11::curveOf(named(tag, "secp384r1")), KeyAlgorithm::p384);
        EXPECT_EQ(pkcs11::curveOf(named(tag, "P-384")), KeyAlgorithm::p384);
        EXPECT_EQ(pkcs11::curveOf(named(tag, "sm2p256v1")), KeyAlgorithm::sm2);
        EXPECT_FALSE(pkcs11::curveOf(named(tag, "edwards25519")));
        EXPECT_FALSE(pkcs11::curveOf(named(tag, "")));
    }
}

TEST_F(FieldCases, curve_writtenOut_isThatCurve) {
    const std::pair<const char*, KeyAlgorithm> curves[] = {
        {"prime256v1", KeyAlgorithm::p256}, {"secp384r1", KeyAlgorithm::p384}, {"SM2", KeyAlgorithm::sm2}};
    for (const auto& [name, algorithm] : curves) {
        for (const auto form : {POINT_CONVERSION_UNCOMPRESSED, POINT_CONVERSION_COMPRESSED}) {
            EXPECT_EQ(pkcs11::curveOf(writtenOut(name, form)), algorithm) << name;
        }
    }
    EXPECT_FALSE(pkcs11::curveOf(writtenOut("secp256k1", POINT_CONVERSION_UNCOMPRESSED)));
}

TEST_F(FieldCases, curve_writtenOutWithOneNumberChanged_isAnother) {
    const Bytes good = writtenOut("prime256v1", POINT_CONVERSION_UNCOMPRESSED);
    // Behind the version; what decides nothing are the seed and the cofactor, which is the last.
    const Bytes seed{0x03, 0x15, 0x00};
    const auto found = std::search(good.begin(), good.end(), seed.begin(), seed.end());
    ASSERT_NE(found, good.end());
    const auto seedAt = static_cast<std::size_t>(found - good.begin());
    for (std::size_t at = 6; at + 3 < good.size(); ++at) {
        if (at >= seedAt && at < seedAt + 23) continue;
        Bytes bad = good;
        bad[at] ^= 0x01U;
        EXPECT_FALSE(pkcs11::curveOf(bad)) << at;
    }
    EXPECT_FALSE(pkcs11::curveOf(ByteView(good).first(good.size() - 40)));
}

TEST_F(FieldCases, keyOnACurveWrittenOut_isListedAndSigns) {
    const Bytes parameters = writtenOut("prime256v1", POINT_CONVERSION_UNCOMPRESSED);
    state().add(privateKey(ecKey()).set(CKA_EC_PARAMS, parameters));
    state().add(publicKey(publicKeyOf(ecKey().get())).set(CKA_EC_PARAMS, parameters));
    login();
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_EQ(keys()[0].publicKey, publicKeyOf(ecKey().get()));
    EXPECT_TRUE(signsWith(ecKey(), keys()[0].ref));
}

TEST_F(FieldCases, certificateOfAnotherId_isFoundByItsLabel) {
    // The point of the private key is not shown, and there is no public key object.
    state().add(privateKey(ecKey()).set(CKA_ID, "a").set(CKA_LABEL, "mine"));
    state().add(privateKey(test::newKey(KeyAlgorithm::p256)).set(CKA_ID, "b").set(CKA_LABEL, "other"));
    state().add(
        certificate(certificateFor(publicKeyOf(ecKey().get()))).set(CKA_ID, "c").set(CKA_LABEL, "mine"));
    ASSERT_EQ(keys().size(), 1U);
    const auto before = keys()[0].certificate;
    login();
    const auto list = keys();
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.certificate == before; });
    ASSERT_NE(found, list.end());
    ASSERT_TRUE(found->publicKey);
    EXPECT_TRUE(signsWith(ecKey(), found->ref));
}

TEST_F(FieldCases, certificateThatNothingNames_isOfTheOnlyKeyThatIsLeft) {
    state().add(privateKey(ecKey()).set(CKA_ID, "a").set(CKA_LABEL, "one"));
    state().add(
        certificate(certificateFor(publicKeyOf(ecKey().get()))).set(CKA_ID, "c").set(CKA_LABEL, "two"));
    addPair(rsaKey());
    ASSERT_EQ(keys().size(), 2U);
    login();
    const auto list = keys();
    ASSERT_EQ(list.size(), 2U);
    for (const auto& entry : list) {
        ASSERT_TRUE(entry.publicKey);
        EXPECT_TRUE(
            signsWith(entry.publicKey->algorithm == KeyAlgorithm::p256 ? ecKey() : rsaKey(), entry.ref));
    }
}

TEST_F(FieldCases, certificateOfAKnownOtherKey_isNotGivenToTheKeyThatIsLeft) {
    const auto other = test::newKey(KeyAlgorithm::p256);
    state().add(privateKey(rsaKey()).set(CKA_ID, "a"));
    state().add(certificate(certificateFor(publicKeyOf(other.get()))).set(CKA_ID, "c"));
    login();
    for (const auto& entry : keys()) {
        if (!entry.certificate.empty()) {
            EXPECT_FALSE(entry.publicKey);
        }
    }
}

/// Which of the ways to sign is one of the key.
std::optional<unsigned> wayOf(const std::function<bool(unsigned attempt)>& signs) {
    for (unsigned attempt = 0; attempt < 8; ++attempt) {
        try {
            if (signs(attempt)) return attempt;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::unsupported);
            return std::nullopt;
        }
    }
    return std::nullopt;
}

TEST_F(FieldCases, certificatesThatNothingNames_signByTrialWithTheirOwnKeyEach) {
    const std::shared_ptr<EVP_PKEY> second = test::newKey(KeyAlgorithm::p256);
    const std::shared_ptr<EVP_PKEY> foreign = test::newKey(KeyAlgorithm::p256);
    state().add(privateKey(ecKey()).set(CKA_ID, "a").set(CKA_LABEL, "one"));
    state().add(privateKey(second).set(CKA_ID, "b").set(CKA_LABEL, "two"));
    const auto certify = [&](const std::shared_ptr<EVP_PKEY>& key, const char* id) {
        const Bytes der = certificateFor(publicKeyOf(key.get()));
        state().add(certificate(der).set(CKA_ID, id).set(CKA_LABEL, "other"));
        return der;
    };
    const std::vector<std::pair<Bytes, std::shared_ptr<EVP_PKEY>>> all{
        {certify(second, "c"), second}, {certify(ecKey(), "d"), ecKey()}, {certify(foreign, "e"), foreign}};
    ASSERT_EQ(keys().size(), 3U);
    login();
    const auto list = keys();
    ASSERT_EQ(list.size(), 3U) << "nothing that was listed vanishes after the PIN";
    for (const auto& [der, key] : all) {
        const auto found = std::find_if(list.begin(), list.end(),
                                        [&](const auto& entry) { return entry.certificate == der; });
        ASSERT_NE(found, list.end());
        EXPECT_EQ(found->publicKey, publicKeyOf(key.get()));
        const auto way = wayOf([&](unsigned attempt) { return signsWith(key, found->ref, attempt); });
        EXPECT_EQ(way.has_value(), key != foreign) << "a foreign certificate has no key here";
    }
}

TEST_F(FieldCases, certificateForEncryption_isNotTriedWithAnyKey) {
    const std::shared_ptr<EVP_PKEY> second = test::newKey(KeyAlgorithm::p256);
    state().add(privateKey(ecKey()).set(CKA_ID, "a"));
    state().add(privateKey(second).set(CKA_ID, "b"));
    const Bytes der =
        certificateFor(publicKeyOf(second.get()), {.keyUsage = "keyEncipherment,dataEncipherment"});
    state().add(certificate(der).set(CKA_ID, "c"));
    login();
    for (const auto& entry : keys()) {
        if (!entry.certificate.empty()) {
            EXPECT_FALSE(entry.publicKey);
        }
    }
}

TEST_F(FieldCases, keyOfItsOwnCertificate_hasOneWayToSign) {
    addPair(ecKey());
    login();
    EXPECT_TRUE(signsWith(ecKey(), keys().at(0).ref));
    EXPECT_EQ(
        wayOf([&](unsigned attempt) { return attempt > 0 && signsWith(ecKey(), keys().at(0).ref, attempt); }),
        std::nullopt);
}

TEST_F(FieldCases, certificatesOfOneKey_areAllListed_thoseInForceFirstAndOfThemTheNewest) {
    const auto open = publicKeyOf(ecKey().get());
    const auto made = [&](long serial, long starts, long ends) {
        return certificateFor(open, {.serial = serial, .startsInDays = starts, .endsInDays = ends});
    };
    const Bytes newest = made(1, -1, 100);
    const Bytes older = made(2, -50, 10);
    const Bytes future = made(3, 30, 400);
    const Bytes expired = made(4, -20, -2);
    state().add(privateKey(ecKey()));
    state().add(publicKey(open));
    for (const Bytes& der : {expired, older, future, newest, older}) state().add(certificate(der));
    for (const bool loggedIn : {false, true}) {
        if (loggedIn) login();
        std::vector<Bytes> listed;
        for (const auto& entry : keys()) {
            listed.push_back(entry.certificate);
            EXPECT_EQ(entry.publicKey, open);
            EXPECT_EQ(entry.ref, (token::KeyRef{"key", KeyUsage::sign}));
        }
        EXPECT_EQ(listed, (std::vector{newest, older, future, expired}));
    }
    EXPECT_TRUE(signsWith(ecKey(), {"key", KeyUsage::sign}));
}

TEST_F(FieldCases, certificatesThatMayBePrivate_areToldOfUntilALoginShowsThatNoneIs) {
    addPair(ecKey());
    EXPECT_TRUE(told().hidesCertificates) << "nobody can know yet";
    login();
    (void)keys();
    EXPECT_FALSE(told().hidesCertificates);
    driver().logout({id()});
    EXPECT_FALSE(told().hidesCertificates) << "it stays known";

    restart();
    state().add(privateKey(rsaKey()).set(CKA_ID, "hidden"));
    state().add(certificate(certificateFor(publicKeyOf(rsaKey().get())))
                    .set(CKA_ID, "hidden")
                    .flag(CKA_PRIVATE, true));
    EXPECT_EQ(keys().size(), 1U);
    EXPECT_TRUE(told().hidesCertificates);
    login();
    EXPECT_EQ(keys().size(), 2U);
    EXPECT_TRUE(told().hidesCertificates) << "the same whoever is logged in";
    driver().logout({id()});
    EXPECT_EQ(keys().size(), 1U);
    EXPECT_TRUE(told().hidesCertificates);
}

TEST_F(FieldCases, tokenWithoutALogin_orBlank_hidesNothing) {
    addPair(ecKey());
    state().slot().info.flags &= ~CK_FLAGS{CKF_LOGIN_REQUIRED};
    EXPECT_FALSE(told().hidesCertificates);
    restart();
    state().objects.clear();
    state().slot().info.flags = CKF_RNG | CKF_LOGIN_REQUIRED;
    EXPECT_EQ(told().state, TokenState::blank);
    EXPECT_FALSE(told().hidesCertificates);
}

TEST_F(FieldCases, formsOfKeyDelivery_areThoseThatTheMechanismsTake) {
    EXPECT_TRUE(told().deliveries.empty()) << "it unwraps with no AES";
    state().mechanisms.push_back(CKM_AES_CBC_PAD);
    restart();
    EXPECT_EQ(told().deliveries, std::vector{token::KeyDelivery::wrapped});
    state().slot().info.flags |= CKF_WRITE_PROTECTED;
    EXPECT_TRUE(told().deliveries.empty());
    state().slot().info.flags &= ~CK_FLAGS{CKF_WRITE_PROTECTED};
    state().mechanisms = {CKM_EC_KEY_PAIR_GEN, CKM_ECDSA, CKM_AES_KEY_WRAP_PAD};
    restart();
    EXPECT_TRUE(told().deliveries.empty()) << "an elliptic curve key opens no wrapped key";
    state().hidesMechanisms = true;
    restart();
    EXPECT_TRUE(told().deliveries.empty());
}

TEST_F(FieldCases, tokensWithOneSerialNumber_areToldApart) {
    Slot twin = state().slot();
    twin.id = 8;
    state().slots.push_back(twin);
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 2U);
    EXPECT_EQ(tokens[0].serial, tokens[1].serial);
    EXPECT_NE(tokens[0].id, tokens[1].id);
    EXPECT_FALSE(token::isSameConnection(tokens[0], tokens[1]));
    driver().login(tokens[1].id, token::PinRole::user, Secret::copyOf("123456"));
    ASSERT_EQ(state().sessions.size(), 1U);
    EXPECT_EQ(state().slotOfSession.at(*state().sessions.begin()), 8U);
    state().slot().present = false;
    const auto left = driver().listTokens({});
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].id, tokens[1].id);
    EXPECT_EQ(left[0].connection, tokens[1].connection);
}

TEST_F(FieldCases, keyThatWantsAnotherLoginThoughItDoesNotSaySo_getsItOnce) {
    addPair(ecKey());
    for (const auto* function : {"C_SignInit", "C_Sign"}) {
        login();
        state().calls.clear();
        state().returns[function] = {CKR_USER_NOT_LOGGED_IN};
        EXPECT_TRUE(signsWith(ecKey(), {"key", KeyUsage::sign})) << function;
        EXPECT_EQ(calls("C_Login"), 1U) << function;
        driver().logout({id()});
    }
}

TEST_F(FieldCases, keyThatNeverIsContent_isAskedOnceMoreAndNoMore) {
    addPair(ecKey());
    login();
    state().calls.clear();
    state().always["C_Sign"] = CKR_USER_NOT_LOGGED_IN;
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    EXPECT_EQ(calls("C_Login"), 1U);
    EXPECT_EQ(state().userTries, 6U);
}

TEST_F(FieldCases, tokenThatReallyLoggedOut_isNotLoggedInBehindTheUsersBack) {
    addPair(ecKey());
    login();
    (void)keys();
    state().login = 2;
    state().calls.clear();
    state().returns["C_SignInit"] = {CKR_USER_NOT_LOGGED_IN};
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    EXPECT_EQ(calls("C_Login"), 0U);
}

TEST_F(FieldCases, tokenWithObjects_isInUseWhateverItsFlagsSay) {
    addPair(ecKey());
    for (const CK_FLAGS flags : {CKF_LOGIN_REQUIRED, CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED,
                                 CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED}) {
        restart();
        state().slot().info.flags = CKF_RNG | flags;
        EXPECT_EQ(told().state, TokenState::ready) << flags;
        EXPECT_EQ(keys().size(), 1U);
        EXPECT_NO_THROW(login());
        EXPECT_TRUE(signsWith(ecKey(), {"key", KeyUsage::sign}));
    }
}

TEST_F(FieldCases, tokenWithPrivateObjectsOnly_isInUseOnceALoginWorked) {
    state().add(privateKey(ecKey()));
    state().slot().info.flags = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED;
    EXPECT_EQ(told().state, TokenState::blank);
    EXPECT_NO_THROW(login());
    EXPECT_EQ(told().state, TokenState::ready);
}

TEST_F(FieldCases, pinInUse_shorterOrLongerThanToldLengths_isTaken) {
    state().slot().info.ulMinPinLen = 8;
    EXPECT_NO_THROW(login());
    state().slot().info.ulMinPinLen = 1;
    state().slot().info.ulMaxPinLen = 4;
    EXPECT_NO_THROW(login());
    // A new one has to fit.
    EXPECT_ERROR(
        driver().changePin(id(), token::PinRole::user, Secret::copyOf("123456"), Secret::copyOf("24680")),
        ErrorCode::badRequest);
}

TEST_F(FieldCases, generation_refusedWithAnyCode_isTriedWithLess) {
    login();
    for (const CK_RV value : {CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED, CKR_DEVICE_ERROR, CKR_ARGUMENTS_BAD,
                              CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_VALUE_INVALID, CK_RV{0x80000042}}) {
        state().returns["C_GenerateKeyPair"] = {value, value};
        EXPECT_EQ(driver().generateKeyPair({id(), "a", KeyAlgorithm::rsa2048}).algorithm,
                  KeyAlgorithm::rsa2048)
            << value;
        driver().deleteContainer({id(), "a"});
    }
    // What speaks of the token and not of the template ends it.
    for (const CK_RV value : {CKR_DEVICE_MEMORY, CKR_USER_NOT_LOGGED_IN}) {
        state().calls.clear();
        state().returns["C_GenerateKeyPair"] = {value};
        EXPECT_ANY_THROW(driver().generateKeyPair({id(), "a", KeyAlgorithm::rsa2048}));
        EXPECT_EQ(calls("C_GenerateKeyPair"), 1U);
        login();
    }
}

TEST_F(FieldCases, pulledToken_isSeenInTheSlotListWithoutAskingItsSession) {
    addPair(ecKey());
    for (const CK_RV value : {CKR_GENERAL_ERROR, CKR_DEVICE_ERROR, CKR_FUNCTION_FAILED}) {
        state().plug();
        login();
        EXPECT_NO_THROW(sign());
        state().slot().present = false;
        state().calls.clear();
        state().returns["C_SignInit"] = {value};
        EXPECT_ERROR(sign(), ErrorCode::tokenRemoved);
        // A module may hang in each of them once the card is gone.
        EXPECT_EQ(state().calls, (std::map<std::string, unsigned>{{"C_SignInit", 1}, {"C_GetSlotList", 2}}));
        state().sessions.clear();
        state().login = 2;
    }
}

TEST_F(FieldCases, slotThatIsNotInitialised_isBlankWithAName) {
    addPair(ecKey());
    Slot blank = state().slot();
    blank.id = 9;
    blank.info.flags = CKF_RNG | CKF_LOGIN_REQUIRED;
    fill(blank.info.label, "");
    fill(blank.info.serialNumber, "");
    Slot other = blank;
    other.id = 10;
    fill(other.info.model, "");
    state().slots.insert(state().slots.end(), {blank, other});
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 3U);
    EXPECT_NE(tokens[1].id, tokens[2].id);
    for (const auto index : {1U, 2U}) {
        EXPECT_EQ(tokens[index].state, TokenState::blank);
        EXPECT_EQ(tokens[index].label, "Fake slot");
        EXPECT_FALSE(tokens[index].algorithms.empty());
    }
}
