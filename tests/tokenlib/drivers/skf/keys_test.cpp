#include <gmock/gmock.h>

#include <algorithm>

#include "../pkcs11/openssl_helpers.hpp"
#include "fake_fixture.hpp"

namespace ukey::skf {
namespace {

using testing::HasSubstr;

struct SkfKeys : FakeSkf {};

TEST_F(SkfKeys, sign_secondTime_isOneCallOfTheLibrary) {
    login();
    (void)driver().sign(signRequest());
    const auto before = fake.calls("all");
    (void)driver().sign(signRequest());
    EXPECT_EQ(fake.calls("all") - before, 1);
    EXPECT_EQ(fake.calls("SKF_ECCSignData"), 2);
}

TEST_F(SkfKeys, sign_beforeLogin_needsPin) {
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::pinRequired);
}

TEST_F(SkfKeys, sign_unknownContainer_isNotFound) {
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest("nobody")); }), ErrorCode::certificateNotFound);
}

TEST_F(SkfKeys, sign_containerWithoutKey_isNotFound) {
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest("empty")); }), ErrorCode::certificateNotFound);
}

TEST_F(SkfKeys, sign_encryptionKey_isUnsupported) {
    auto op = signRequest();
    op.key.usage = token::KeyUsage::encrypt;
    EXPECT_EQ(codeOf([&] { driver().sign(op); }), ErrorCode::unsupported);
}

TEST_F(SkfKeys, sign_digestOfWrongLength_isRefusedBeforeTheToken_S23) {
    auto op = signRequest();
    op.digest.resize(31);
    EXPECT_EQ(codeOf([&] { driver().sign(op); }), ErrorCode::badRequest);
    EXPECT_EQ(fake.calls("SKF_ECCSignData"), 0);
}

TEST_F(SkfKeys, sign_sm2WithSha256_isUnsupported_S24) {
    auto op = signRequest();
    op.digestAlgorithm = token::DigestAlgorithm::sha256;
    EXPECT_EQ(codeOf([&] { driver().sign(op); }), ErrorCode::unsupported);
}

/// Whether what the driver signs in that way, with one call of the library, is a signature.
struct SkfRsa : SkfKeys {
    bool signs(unsigned attempt) {
        token::Sign op = signRequest("rsa");
        op.attempt = attempt;
        const auto before = fake.calls("SKF_RSASignData");
        const Bytes signature = driver().sign(op);
        EXPECT_EQ(fake.calls("SKF_RSASignData") - before, 1);
        const auto keys = driver().listKeys({kFakeId});
        const auto key =
            std::find_if(keys.begin(), keys.end(), [&](const auto& one) { return one.ref == op.key; });
        return key != keys.end() && key->publicKey &&
               ukey::test::verifies(*key->publicKey, op.digestAlgorithm, op.digest, signature);
    }
};

TEST_F(SkfRsa, libraryTakesDigestInfo_isTheFirstWay) {
    login();
    EXPECT_TRUE(signs(0));
    EXPECT_FALSE(signs(1));
}

TEST_F(SkfRsa, libraryAddsPrefix_isTheSecondWay) {
    login();
    fake.set("rsaAddsPrefix", 1);
    EXPECT_FALSE(signs(0));
    EXPECT_TRUE(signs(1));
}

TEST_F(SkfRsa, prefixQuirkGiven_isTheFirstWay) {
    options.quirks.rsaSignAddsPrefix = true;
    fake.set("rsaAddsPrefix", 1);
    login();
    EXPECT_TRUE(signs(0));
    EXPECT_FALSE(signs(1));
}

TEST_F(SkfRsa, thirdWay_isUnsupported_asIsASecondForSm2) {
    login();
    for (const auto& [container, attempt] : {std::pair{"rsa", 2U}, std::pair{"sm2", 1U}}) {
        token::Sign op = signRequest(container);
        op.attempt = attempt;
        EXPECT_EQ(codeOf([&] { driver().sign(op); }), ErrorCode::unsupported) << container;
    }
}

TEST_F(SkfKeys, signRsa_wrongLength_isDriverError) {
    login();
    fake.set("claim:SKF_RSASignData", 255);
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest("rsa")); }), ErrorCode::driverError);
}

TEST_F(SkfKeys, generate_nameTaken_isRefusedAndNothingChanges) {
    login();
    EXPECT_EQ(codeOf([&] {
                  driver().generateKeyPair({kFakeId, "sm2", token::KeyAlgorithm::sm2});
              }),
              ErrorCode::badRequest);
    EXPECT_EQ(fake.calls("SKF_CreateContainer"), 0);
}

TEST_F(SkfKeys, generate_nameOutOfCharacters_isRefused) {
    for (const std::string name : {"", "a b", "名", "../x", "x23456789012345678901234567890123456789X"}) {
        EXPECT_EQ(codeOf([&] {
                      driver().generateKeyPair({kFakeId, name, token::KeyAlgorithm::sm2});
                  }),
                  ErrorCode::badRequest)
            << name;
    }
}

TEST_F(SkfKeys, generate_keyFails_removesContainer) {
    login();
    fake.fail("SKF_GenECCKeyPair", 0x0A000001);
    const Error error = errorOf([&] {
        return driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2});
    });
    EXPECT_EQ(error.code(), ErrorCode::driverError);
    EXPECT_THAT(error.what(), HasSubstr("SKF_GenECCKeyPair: 0x0A000001 (FAIL)"));
    EXPECT_EQ(fake.calls("SKF_DeleteContainer"), 1);
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest("new")); }), ErrorCode::certificateNotFound);
}

TEST_F(SkfKeys, generate_libraryWritesNoKey_removesContainer) {
    login();
    fake.set("silent:SKF_GenECCKeyPair", 1);
    EXPECT_EQ(codeOf([&] {
                  driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2});
              }),
              ErrorCode::driverError);
    EXPECT_EQ(fake.calls("SKF_DeleteContainer"), 1);
}

TEST_F(SkfKeys, generate_tokenFull_isToldBeforeAnythingChanges) {
    options.maxContainers = 3;
    login();
    EXPECT_EQ(driver().listTokens({})[0].room, 0U);
    EXPECT_EQ(codeOf([&] {
                  driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2});
              }),
              ErrorCode::tokenFull);
    EXPECT_EQ(fake.calls("SKF_CreateContainer"), 0);
}

TEST_F(SkfKeys, generate_librarySaysNoRoom_isTokenFull) {
    login();
    for (const long long code : {0x0A000030, 0x0A000032}) {
        fake.fail("SKF_CreateContainer", code);
        EXPECT_EQ(codeOf([&] {
                      driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2});
                  }),
                  ErrorCode::tokenFull);
    }
}

TEST_F(SkfKeys, makersCode_translated_hasItsMeaning) {
    // One maker's "cannot make the key" is the standard's "too many containers".
    options.quirks.codes = {{0x0A000032, 0x0A000001}, {0x0B000033, 0x0A00002D}};
    login();
    fake.fail("SKF_CreateContainer", 0x0A000032);
    EXPECT_EQ(codeOf([&] {
                  driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2});
              }),
              ErrorCode::driverError);
    fake.fail("SKF_ECCSignData", 0x0B000033);
    const Error error = errorOf([&] { return driver().sign(signRequest()); });
    EXPECT_EQ(error.code(), ErrorCode::pinRequired);
    EXPECT_THAT(error.what(), HasSubstr("0x0B000033"));
}

TEST_F(SkfKeys, import_numberInFront_isShifted) {
    login();
    auto key = fakeEnvelope();
    key.encryptedPrivateKey.assign(32, 0xD1);
    key.encryptedPrivateKey.resize(64);
    driver().importKeyPair({kFakeId, "sm2", key});
    Bytes expected(32);
    expected.insert(expected.end(), 32, 0xD1);
    EXPECT_EQ(fake.lastImport(), expected);
}

TEST_F(SkfKeys, import_numberAlone_getsItsPlace) {
    login();
    auto key = fakeEnvelope();
    key.encryptedPrivateKey.assign(32, 0xD1);
    driver().importKeyPair({kFakeId, "sm2", key});
    EXPECT_EQ(fake.lastImport()[31], 0);
    EXPECT_EQ(fake.lastImport()[32], 0xD1);
}

TEST_F(SkfKeys, import_tokenCannotOpenIt_isMismatch) {
    login();
    fake.fail("SKF_ImportECCKeyPair", 0x0A000011);
    EXPECT_EQ(codeOf([&] {
                  driver().importKeyPair({kFakeId, "sm2", fakeEnvelope()});
              }),
              ErrorCode::certificateMismatch);
}

TEST_F(SkfKeys, import_tokenStoresAnotherKey_isMismatch_S27) {
    login();
    fake.set("importsAnotherKey", 1);
    EXPECT_EQ(codeOf([&] {
                  driver().importKeyPair({kFakeId, "sm2", fakeEnvelope()});
              }),
              ErrorCode::certificateMismatch);
}

TEST_F(SkfKeys, import_partsOfWrongLength_areRefusedBeforeTheToken) {
    login();
    for (auto break_ : std::vector<void (*)(token::EnvelopedSm2Key&)>{
             [](auto& key) { key.publicKey.pop_back(); }, [](auto& key) { key.wrappedKey.x.push_back(0); },
             [](auto& key) { key.wrappedKey.cipher.clear(); },
             [](auto& key) { key.encryptedPrivateKey.resize(63); },
             [](auto& key) { key.wrappedKey.cipher.resize(100000); }}) {
        auto key = fakeEnvelope();
        break_(key);
        EXPECT_EQ(codeOf([&] { driver().importKeyPair({kFakeId, "sm2", key}); }), ErrorCode::badRequest);
    }
    EXPECT_EQ(fake.calls("SKF_ImportECCKeyPair"), 0);
}

TEST_F(SkfKeys, import_rsaPair_arrivesWhole) {
    login();
    token::WrappedKeyPair key;
    key.wrappedKey.assign(256, 7);
    key.encryptedPrivateKey.assign(640, 9);
    key.publicKey.algorithm = token::KeyAlgorithm::rsa2048;
    key.publicKey.modulus = fake.rsaModulus();
    key.publicKey.exponent = {1, 0, 1};
    EXPECT_NO_THROW(driver().importKeyPair({kFakeId, "rsa", key}));
    key.publicKey.modulus[5] = static_cast<std::uint8_t>(key.publicKey.modulus[5] ^ 1);
    EXPECT_EQ(codeOf([&] { driver().importKeyPair({kFakeId, "rsa", key}); }), ErrorCode::certificateMismatch);
}

TEST_F(SkfKeys, writeCertificate_tokenDoesNotKeepIt_isDriverError_S27) {
    login();
    fake.set("silent:SKF_ImportCertificate", 1);
    EXPECT_EQ(
        codeOf([&] {
            driver().writeCertificate({kFakeId, {"sm2", token::KeyUsage::sign}, {0x30, 0x02, 0x05, 0x00}});
        }),
        ErrorCode::driverError);
}

TEST_F(SkfKeys, writeCertificate_refusedForItsKey_isMismatch) {
    login();
    fake.fail("SKF_ImportCertificate", 0x0A000011);
    EXPECT_EQ(
        codeOf([&] {
            driver().writeCertificate({kFakeId, {"sm2", token::KeyUsage::sign}, {0x30, 0x02, 0x05, 0x00}});
        }),
        ErrorCode::certificateMismatch);
}

TEST_F(SkfKeys, writeCertificate_notDer_isRefusedBeforeTheToken) {
    login();
    for (const Bytes& bytes : {Bytes{}, Bytes{1, 2, 3}, Bytes{0x30, 0x05, 0x00}, Bytes{0x30, 0x00, 0x00}}) {
        EXPECT_EQ(codeOf([&] {
                      driver().writeCertificate({kFakeId, {"sm2", token::KeyUsage::sign}, bytes});
                  }),
                  ErrorCode::badRequest);
    }
    EXPECT_EQ(fake.calls("SKF_ImportCertificate"), 0);
}

TEST_F(SkfKeys, listKeys_oddContainerName_isShownCleanAndUsable) {
    fake.text("oddContainer", "\xD6\xA4\xCA\xE9");  // 证书 in GBK.
    login();
    const auto keys = driver().listKeys({kFakeId});
    const auto odd = std::find_if(keys.begin(), keys.end(),
                                  [](const auto& key) { return key.ref.container == "hex:d6a4cae9"; });
    ASSERT_NE(odd, keys.end());
    EXPECT_EQ(driver().sign(signRequest("hex:d6a4cae9")).size(), 64U);
}

TEST_F(SkfKeys, labelsInGbk_areTheText) {
    fake.text("label", "\xD6\xA4\xCA\xE9");  // 证书, which could be Hebrew in UTF-8.
    fake.text("manufacturer", "\xC1\xFA\xC2\xF6\xBF\xC6\xBC\xBC");
    const auto token = driver().listTokens({}).at(0);
    EXPECT_EQ(token.label, "证书");
    EXPECT_EQ(token.manufacturer, "龙脉科技");
}

TEST_F(SkfKeys, listKeys_oneContainerFails_othersAreShown) {
    fake.failOnce("SKF_OpenContainer", 0x0A000001);
    EXPECT_EQ(driver().listKeys({kFakeId}).size(), 3U);
}

TEST_F(SkfKeys, decrypt_formNotNamed_neverCallsIt) {
    login();
    const auto keys = driver().listKeys({kFakeId});
    EXPECT_EQ(keys.back().decrypt, token::DecryptMeans::session);
    EXPECT_EQ(codeOf([&] {
                  driver().decrypt({kFakeId, {"sm2", token::KeyUsage::encrypt}, fakeCipher()});
              }),
              ErrorCode::unsupported);
    EXPECT_EQ(fake.calls("SKF_ECCPrvKeyDecrypt"), 0);
}

TEST_F(SkfKeys, decrypt_keySpecForm_isCalledWithIt) {
    options.quirks.sm2Decrypt = Sm2DecryptForm::keySpecBlob;
    login();
    EXPECT_EQ(driver().decrypt({kFakeId, {"sm2", token::KeyUsage::encrypt}, fakeCipher()}), Bytes(16, 0x43));
}

TEST_F(SkfKeys, decrypt_rsaExtension_opensCipher) {
    options.quirks.rsaDecrypt = RsaDecryptForm::plain;
    login();
    EXPECT_EQ(driver().decrypt({kFakeId, {"rsa", token::KeyUsage::encrypt}, Bytes(256, 0x44)}),
              Bytes(16, 0x44));
}

TEST_F(SkfKeys, decrypt_waysThatTheStandardHasNot_areUnsupportedWithoutACall) {
    options.quirks.rsaDecrypt = RsaDecryptForm::plain;
    login();
    const Bytes block(256, 0x44);
    const std::vector<token::Decrypt::Cipher> ciphers{
        token::OaepCipher{block, token::KeyDigest::sha1, token::KeyDigest::sha1, {}},
        token::BareRsaCipher{block}, token::KeyAgreement{Bytes(65, 4)}};
    for (const auto& cipher : ciphers) {
        const auto code = codeOf([&] {
            driver().decrypt({kFakeId, {"rsa", token::KeyUsage::encrypt}, cipher});
        });
        EXPECT_EQ(code, ErrorCode::unsupported) << cipher.index();
    }
    EXPECT_EQ(fake.calls("SKF_RSAPrvKeyDecrypt"), 0);
}

TEST_F(SkfKeys, openSession_otherSizeOfWrappedKey_isTriedAndRemembered) {
    fake.set("wrappedSizeMore", 1);
    login();
    token::OpenSession open;
    open.token = kFakeId;
    open.key = {"sm2", token::KeyUsage::encrypt};
    open.wrappedKey = fakeCipher();
    open.iv.assign(16, 1);
    EXPECT_NO_THROW(driver().openSession(open));
    EXPECT_EQ(fake.calls("SKF_ImportSessionKey"), 2);
    EXPECT_NO_THROW(driver().openSession(open));
    EXPECT_EQ(fake.calls("SKF_ImportSessionKey"), 3);
}

TEST_F(SkfKeys, openSession_algorithmOrIvThatCannotBe_isRefused) {
    login();
    token::OpenSession open;
    open.token = kFakeId;
    open.key = {"sm2", token::KeyUsage::encrypt};
    open.wrappedKey = fakeCipher();
    open.iv.assign(15, 1);
    EXPECT_EQ(codeOf([&] { driver().openSession(open); }), ErrorCode::badRequest);
    open.iv.assign(16, 1);
    open.contentAlgorithm = 0x410;
    EXPECT_EQ(codeOf([&] { driver().openSession(open); }), ErrorCode::unsupported);
    open.contentAlgorithm = 0x401;
    EXPECT_EQ(codeOf([&] { driver().openSession(open); }), ErrorCode::badRequest);
}

TEST_F(SkfKeys, openSession_manyAndNeverClosed_isBounded) {
    login();
    token::OpenSession open;
    open.token = kFakeId;
    open.key = {"sm2", token::KeyUsage::encrypt};
    open.wrappedKey = fakeCipher();
    open.iv.assign(16, 1);
    for (int i = 0; i < 16; ++i) (void)driver().openSession(open);
    const auto handles = fake.openHandles();
    EXPECT_EQ(codeOf([&] { driver().openSession(open); }), ErrorCode::busy);
    EXPECT_EQ(fake.openHandles(), handles);
    driver().logout({kFakeId});
    EXPECT_EQ(fake.openHandles(), handles - 16);
}

/// Whole content in one call against the modes written out here, for each way a library may treat it.
class SkfContent : public FakeSkf, public testing::WithParamInterface<std::tuple<std::uint32_t, bool>> {};

TEST_P(SkfContent, sessionDecrypt_longContent_comesOutWhole) {
    const auto [algorithm, holdsBack] = GetParam();
    fake.set("holdsBack", holdsBack ? 1 : 0);
    fake.set("maxBuffer", 1000);  // Not in whole blocks, and smaller than the content.
    login();
    token::OpenSession open;
    open.token = kFakeId;
    open.key = {"sm2", token::KeyUsage::encrypt};
    open.wrappedKey = fakeCipher();
    open.contentAlgorithm = algorithm;
    if (algorithm != 0x401) open.iv.assign(16, 0x0F);
    const std::string session = driver().openSession(open);

    constexpr std::size_t kSize = 8000;
    Bytes plain(kSize);
    for (std::size_t i = 0; i < kSize; ++i) plain[i] = static_cast<std::uint8_t>(i * 7);
    Bytes cipher(kSize);
    Bytes before = open.iv.empty() ? Bytes(16) : open.iv;
    for (std::size_t i = 0; i < kSize; ++i) {
        auto& previous = before[i % 16];
        const auto stream = static_cast<std::uint8_t>(algorithm == 0x401 ? 0x5A : previous ^ 0x5A);
        cipher[i] = static_cast<std::uint8_t>(plain[i] ^ stream);
        previous = algorithm == 0x408 ? stream : cipher[i];
    }
    Bytes result = driver().sessionDecrypt({kFakeId, session, Bytes(cipher.begin(), cipher.begin() + 4000)});
    const Bytes rest =
        driver().sessionDecrypt({kFakeId, session, Bytes(cipher.begin() + 4000, cipher.end())});
    result.insert(result.end(), rest.begin(), rest.end());
    EXPECT_EQ(result, plain);
    EXPECT_EQ(fake.feedBits(), algorithm == 0x404 || algorithm == 0x408 ? 128 : 0);
}

INSTANTIATE_TEST_SUITE_P(Modes, SkfContent,
                         testing::Combine(testing::Values(0x401U, 0x402U, 0x404U, 0x408U), testing::Bool()));

TEST_F(SkfKeys, sessionDecrypt_partOfABlock_isRefused) {
    login();
    token::OpenSession open;
    open.token = kFakeId;
    open.key = {"sm2", token::KeyUsage::encrypt};
    open.wrappedKey = fakeCipher();
    open.iv.assign(16, 1);
    const std::string session = driver().openSession(open);
    EXPECT_EQ(codeOf([&] { driver().sessionDecrypt({kFakeId, session, Bytes(17)}); }), ErrorCode::badRequest);
}

TEST_F(SkfKeys, random_ofTheToken_andNothingElse) {
    EXPECT_EQ(driver().random({kFakeId, 1024}), Bytes(1024, 0xA5));
    EXPECT_EQ(codeOf([&] { driver().random({kFakeId, 0}); }), ErrorCode::badRequest);
    EXPECT_EQ(codeOf([&] { driver().random({kFakeId, 1025}); }), ErrorCode::badRequest);
    fake.set("silent:SKF_GenRandom", 1);
    EXPECT_EQ(codeOf([&] { driver().random({kFakeId, 32}); }), ErrorCode::driverError);
}

}  // namespace
}  // namespace ukey::skf
