// A library that breaks the standard gets a driver-error, and the process stays whole (run under asan).
#include "fake_fixture.hpp"

namespace ukey::skf {
namespace {

struct LyingSkf : FakeSkf {
    ErrorCode listing() {
        return codeOf([&] { driver().listKeys({kFakeId}); });
    }
};

TEST_F(LyingSkf, nameList_hugeLength_isDriverError) {
    for (const long long claim : {1LL << 20, 0x7FFFFFFFLL, 0xFFFFFFFFLL}) {
        fake.set("claim:SKF_EnumDev", claim);
        EXPECT_EQ(codeOf([&] { driver().listTokens({}); }), ErrorCode::driverError) << claim;
    }
}

TEST_F(LyingSkf, nameList_shorterThanClaimed_endsWhereItEnds) {
    fake.set("claim:SKF_EnumDev", 1000);
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
}

TEST_F(LyingSkf, nameList_tooManyNames_isDriverError) {
    fake.set("moreDevices", 64);
    EXPECT_EQ(codeOf([&] { driver().listTokens({}); }), ErrorCode::driverError);
}

TEST_F(LyingSkf, nameList_endlessName_isDriverError) {
    fake.set("longName", 257);
    EXPECT_EQ(codeOf([&] { driver().listTokens({}); }), ErrorCode::driverError);
}

TEST_F(LyingSkf, certificate_hugeLength_isDriverError) {
    for (const long long claim : {65537LL, 0xFFFFFFFFLL}) {
        fake.set("claim:SKF_ExportCertificate", claim);
        EXPECT_EQ(listing(), ErrorCode::driverError) << claim;
    }
}

TEST_F(LyingSkf, certificate_growsWithEveryCall_isDriverError) {
    fake.set("convention", kNullNotKnown);
    fake.set("claim:SKF_ExportCertificate", 70000);
    EXPECT_EQ(listing(), ErrorCode::driverError);
}

TEST_F(LyingSkf, certificate_okWithoutWriting_isNoCertificate) {
    fake.set("silent:SKF_ExportCertificate", 1);
    for (const auto& key : driver().listKeys({kFakeId})) EXPECT_TRUE(key.certificate.empty());
}

TEST_F(LyingSkf, publicKey_shortOrNotWritten_isDriverError) {
    for (const long long claim : {1LL, 4LL, 131LL, 100000LL}) {
        fake.set("claim:SKF_ExportPublicKey", claim);
        EXPECT_EQ(listing(), ErrorCode::driverError) << claim;
    }
    fake.set("claim:SKF_ExportPublicKey", -1);
    fake.set("silent:SKF_ExportPublicKey", 1);
    EXPECT_EQ(listing(), ErrorCode::driverError);
}

TEST_F(LyingSkf, publicKey_otherNumberOfBits_isDriverError) {
    fake.set("bits", 512);
    EXPECT_EQ(listing(), ErrorCode::driverError);
}

TEST_F(LyingSkf, publicKey_numberLongerThanItsKey_isDriverError) {
    fake.set("dirtyNumbers", 1);
    EXPECT_EQ(listing(), ErrorCode::driverError);
}

TEST_F(LyingSkf, signature_okWithoutWriting_isDriverError) {
    login();
    fake.set("silent:SKF_ECCSignData", 1);
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::driverError);
}

TEST_F(LyingSkf, handle_okWithoutOne_isDriverError) {
    login();
    fake.set("nullHandles", 1);
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::driverError);
}

TEST_F(LyingSkf, content_otherLength_isDriverErrorAndEndsTheSession) {
    login();
    token::OpenSession open;
    open.token = kFakeId;
    open.key = {"sm2", token::KeyUsage::encrypt};
    open.wrappedKey = fakeCipher();
    open.iv.assign(16, 1);
    for (const long long claim : {0LL, 15LL, 48LL, 1LL << 30}) {
        const std::string session = driver().openSession(open);
        fake.set("claim:SKF_DecryptUpdate", claim);
        EXPECT_EQ(codeOf([&] {
                      driver().sessionDecrypt({kFakeId, session, Bytes(32)});
                  }),
                  ErrorCode::driverError)
            << claim;
        EXPECT_EQ(codeOf([&] {
                      driver().sessionDecrypt({kFakeId, session, Bytes(32)});
                  }),
                  ErrorCode::badRequest);
    }
}

TEST_F(LyingSkf, plaintext_hugeLength_isDriverError) {
    options.quirks.sm2Decrypt = Sm2DecryptForm::blob;
    login();
    fake.set("claim:SKF_ECCPrvKeyDecrypt", 1LL << 30);
    EXPECT_EQ(codeOf([&] {
                  driver().decrypt({kFakeId, {"sm2", token::KeyUsage::encrypt}, fakeCipher()});
              }),
              ErrorCode::driverError);
}

TEST_F(LyingSkf, deviceInfo_fails_tokenIsShownAsUnusable) {
    fake.fail("SKF_GetDevInfo", 0x0A000001);
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0].state, token::TokenState::unusable);
    EXPECT_EQ(tokens[0].id, kFakeId);
}

TEST_F(LyingSkf, listTokens_oneDeviceBroken_othersAreShown) {
    fake.set("moreDevices", 2);
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 3U);
    EXPECT_EQ(tokens[0].state, token::TokenState::ready);
    EXPECT_EQ(tokens[1].state, token::TokenState::unusable);
}

TEST(SkfWrongAbi, ulong64TakenForUlong32_isAnErrorNotACrash) {
    const Fake fake("ulong64-packed");
    SkfOptions options;
    options.library = libraryPath("ulong64-packed");
    const auto driver = loadDriver(options);
    EXPECT_EQ(codeOf([&] { driver->listKeys({kFakeId}); }), ErrorCode::driverError);
}

TEST(SkfWrongAbi, ulong32TakenForUlong64_isAnErrorNotACrash) {
    const Fake fake("ulong32-packed");
    SkfOptions options;
    options.library = libraryPath("ulong32-packed");
    options.abi.ulongBits = 64;
    const auto driver = loadDriver(options);
    EXPECT_EQ(codeOf([&] { driver->listKeys({kFakeId}); }), ErrorCode::driverError);
}

TEST(SkfLoad, noSuchFile_isDriverMissing) {
    SkfOptions options;
    options.library = libraryPath("none");
    EXPECT_EQ(codeOf([&] { loadDriver(options); }), ErrorCode::driverMissing);
}

TEST(SkfLoad, otherKindOfLibrary_isNamedAsSuch) {
    SkfOptions options;
#ifdef _WIN32
    options.library = R"(C:\windows\system32\crypt32.dll)";
#else
    options.library = "/usr/lib/x86_64-linux-gnu/libcrypto.so.3";
#endif
    const Error error = errorOf([&] { return loadDriver(options); });
    EXPECT_EQ(error.code(), ErrorCode::driverError);
    EXPECT_NE(std::string(error.what()).find("SKF_EnumDev"), std::string::npos);
}

TEST(SkfLoad, ulongOfOtherWidth_isRefused) {
    SkfOptions options;
    options.library = libraryPath("ulong32-packed");
    options.abi.ulongBits = 16;
    EXPECT_EQ(codeOf([&] { loadDriver(options); }), ErrorCode::badRequest);
}

}  // namespace
}  // namespace ukey::skf
