#include <thread>

#include "fake_fixture.hpp"

namespace ukey::skf {
namespace {

struct SkfPlugging : FakeSkf {};

TEST_F(SkfPlugging, unknownToken_isNotFound) {
    EXPECT_EQ(codeOf([&] { driver().describeToken({"nobody"}); }), ErrorCode::tokenNotFound);
    EXPECT_EQ(fake.calls("SKF_ConnectDev"), 0);
}

TEST_F(SkfPlugging, removedInACall_isTokenRemovedWhateverTheCode) {
    for (const long long code : {0x0A000023, 0x0A000005, 0x0A000001, 0x0A000002}) {
        fake.set("unplugged", 0);
        login();
        fake.set("unplugged", 1);
        fake.failOnce("SKF_ECCSignData", code);
        EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::tokenRemoved) << std::hex << code;
        EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::tokenNotFound);
        EXPECT_TRUE(driver().listTokens({}).empty());
    }
}

TEST_F(SkfPlugging, removedInAnImport_isTokenRemovedNotMismatch) {
    login();
    (void)driver().sign(signRequest());
    fake.fail("SKF_ImportECCKeyPair", 0x0A000001);
    EXPECT_EQ(codeOf([&] {
                  driver().importKeyPair({kFakeId, "sm2", fakeEnvelope()});
              }),
              ErrorCode::certificateMismatch);
    fake.set("unplugged", 1);
    fake.fail("SKF_EnumContainer", 0x0A000001);
    EXPECT_EQ(codeOf([&] {
                  driver().importKeyPair({kFakeId, "sm2", fakeEnvelope()});
              }),
              ErrorCode::tokenRemoved);
}

TEST_F(SkfPlugging, containersHiddenBeforeLogin_tokenIsListedAndLoginServes) {
    options.maxContainers = 8;
    fake.fail("SKF_EnumContainer", 0x0A00002D);
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0].state, token::TokenState::ready);
    EXPECT_FALSE(tokens[0].room);
    EXPECT_EQ(codeOf([&] { driver().listKeys({kFakeId}); }), ErrorCode::pinRequired);
    EXPECT_NO_THROW(login());
}

TEST_F(SkfPlugging, applicationsBeforeTheOneWithKeys_areLookedThroughAndThePinGoesToThatOne) {
    fake.set("emptyApplications", 1);
    EXPECT_FALSE(driver().listKeys({kFakeId}).empty());
    EXPECT_NO_THROW(login());
    EXPECT_NO_THROW(driver().sign(signRequest()));
    EXPECT_EQ(driver().describeToken({kFakeId}).state, token::TokenState::ready);
    // One that is named in the configuration is taken, whatever is in it.
    options.application = "EMPTY-2";
    EXPECT_TRUE(loadDriver(options)->listKeys({kFakeId}).empty());
}

TEST_F(SkfPlugging, outAndInAgain_handlesAreRenewedAndThePinIsNeeded) {
    login();
    (void)driver().sign(signRequest());
    fake.replug();
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::pinRequired);
    login();
    EXPECT_EQ(driver().sign(signRequest()).size(), 64U);
}

TEST_F(SkfPlugging, outAndInAgain_loginServesAtOnce) {
    login();
    fake.replug();
    EXPECT_NO_THROW(login());
    EXPECT_NO_THROW(driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2}));
}

TEST_F(SkfPlugging, invalidHandleForGood_isDriverErrorAfterOneMoreTry) {
    login();
    fake.fail("SKF_ECCSignData", 0x0A000005);
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::driverError);
    EXPECT_EQ(fake.calls("SKF_ECCSignData"), 2);
}

TEST_F(SkfPlugging, changingCalls_areNeverMadeTwice) {
    login();
    fake.fail("SKF_GenECCKeyPair", 0x0A000005);
    (void)codeOf([&] { driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2}); });
    EXPECT_EQ(fake.calls("SKF_GenECCKeyPair"), 1);
    fake.fail("SKF_VerifyPIN", 0x0A000005);
    const auto before = fake.calls("SKF_VerifyPIN");
    (void)codeOf([&] { login(); });
    EXPECT_EQ(fake.calls("SKF_VerifyPIN"), before + 1);
}

TEST_F(SkfPlugging, thousandTimesInAndOut_handlesStayFlat_S44) {
    for (int i = 0; i < 1000; ++i) {
        fake.set("unplugged", 0);
        ASSERT_EQ(driver().listTokens({}).size(), 1U);
        login();
        (void)driver().sign(signRequest());
        fake.set("unplugged", 1);
        ASSERT_TRUE(driver().listTokens({}).empty());
        ASSERT_EQ(fake.openHandles(), 0);
    }
}

TEST_F(SkfPlugging, driverEnds_givesEverythingBack) {
    {
        const auto other = loadDriver(options);
        other->login(kFakeId, token::PinRole::user, Secret::copyOf("111111"));
        (void)other->sign(signRequest());
        EXPECT_GT(fake.openHandles(), 0);
    }
    EXPECT_EQ(fake.openHandles(), 0);
}

TEST_F(SkfPlugging, noApplication_isBlank) {
    fake.set("blank", 1);
    EXPECT_EQ(driver().listTokens({})[0].state, token::TokenState::blank);
    EXPECT_TRUE(driver().listKeys({kFakeId}).empty());
    EXPECT_EQ(codeOf([&] { login(); }), ErrorCode::tokenBlank);
    fake.set("blank", 0);
    EXPECT_EQ(driver().listTokens({})[0].state, token::TokenState::ready);
}

TEST_F(SkfPlugging, applicationNamed_noOtherIsTaken) {
    options.application = "OTHER-APP";
    EXPECT_EQ(driver().listTokens({})[0].state, token::TokenState::blank);
}

TEST_F(SkfPlugging, applicationNamed_isTaken) {
    options.application = "FAKE-APP";
    EXPECT_EQ(driver().listTokens({})[0].state, token::TokenState::ready);
}

TEST_F(SkfPlugging, oneTokenAtATime_onlyOneIsOpen) {
    options.quirks.oneTokenAtATime = true;
    (void)driver().listTokens({});
    EXPECT_EQ(fake.openHandles(), 2);  // One device, one application.
}

TEST_F(SkfPlugging, waitForChange_noEvents_isUnsupportedAtOnce) {
    EXPECT_EQ(codeOf([&] { driver().waitForChange(); }), ErrorCode::unsupported);
}

TEST_F(SkfPlugging, waitForChange_stopped_returns) {
    options.events = true;
    token::Driver& waiting = driver();
    std::thread waiter([&] { waiting.waitForChange(); });
    waiting.stopWaiting();
    waiter.join();
    EXPECT_NO_THROW(waiting.waitForChange());  // Stopped for good.
}

}  // namespace
}  // namespace ukey::skf
