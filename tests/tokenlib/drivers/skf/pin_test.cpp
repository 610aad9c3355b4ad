#include "fake_fixture.hpp"

namespace ukey::skf {
namespace {

struct SkfPin : FakeSkf {
    Error loginError(const std::string& pin, token::PinRole role = token::PinRole::user) {
        return errorOf([&] {
            driver().login(kFakeId, role, Secret::copyOf(pin));
            return 0;
        });
    }
    token::PinState pinState() { return driver().describeToken({kFakeId}).pin; }
};

TEST_F(SkfPin, login_secondTimeWithWrongPin_isReallyChecked) {
    fake.set("remembersLogin", 1);
    login();
    EXPECT_EQ(loginError("000000").code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::pinRequired);
    EXPECT_NO_THROW(login());
}

TEST_F(SkfPin, login_noPin_costsNoTry) {
    EXPECT_EQ(loginError("").code(), ErrorCode::pinTooShort);
    EXPECT_EQ(fake.calls("SKF_VerifyPIN"), 0);
    EXPECT_EQ(pinState().triesLeft, 6U);
}

TEST_F(SkfPin, pinInUse_shorterOrLongerThanToldLengths_isTaken) {
    options.pinMinLength = 8;
    options.pinMaxLength = 10;
    EXPECT_NO_THROW(login());
    // A new one has to fit.
    EXPECT_EQ(codeOf([&] {
                  driver().changePin(kFakeId, token::PinRole::user, Secret::copyOf("111111"),
                                     Secret::copyOf("246801"));
              }),
              ErrorCode::pinTooShort);
    options.pinMinLength = 1;
    options.pinMaxLength = 4;
    EXPECT_NO_THROW(loadDriver(options)->login(kFakeId, token::PinRole::user, Secret::copyOf("111111")));
}

TEST_F(SkfPin, login_nulInPin_isRefused) {
    EXPECT_EQ(loginError(std::string("111111\0x", 8)).code(), ErrorCode::badRequest);
    EXPECT_EQ(fake.calls("SKF_VerifyPIN"), 0);
}

TEST_F(SkfPin, login_downToTheLastTry_isTold_S18) {
    using token::PinStatus;
    const std::vector<std::pair<unsigned, PinStatus>> steps{{5, PinStatus::defaultPin},
                                                            {4, PinStatus::defaultPin},
                                                            {3, PinStatus::defaultPin},
                                                            {2, PinStatus::low},
                                                            {1, PinStatus::finalTry}};
    for (const auto& [left, status] : steps) {
        const Error error = loginError("000000");
        EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
        EXPECT_EQ(error.triesLeft(), left);
        EXPECT_EQ(pinState().status, status);
    }
    const Error last = loginError("000000");
    EXPECT_EQ(last.code(), ErrorCode::pinLocked);
    EXPECT_EQ(last.triesLeft(), 0U);
    EXPECT_EQ(driver().listTokens({})[0].state, token::TokenState::locked);
}

TEST_F(SkfPin, login_lockedReportedAsInvalidHandle_isPinLocked) {
    fake.set("lockedIsBadHandle", 1);
    for (int i = 0; i < 6; ++i) (void)loginError("000000");
    EXPECT_EQ(loginError("111111").code(), ErrorCode::pinLocked);
    // It is also recognised when it is not known beforehand.
    fake.failOnce("SKF_GetPINInfo", 0x0A000003);
    EXPECT_EQ(loginError("111111").code(), ErrorCode::pinLocked);
}

TEST_F(SkfPin, login_retryCountOfTheLibraryIsWrong_pinInfoDecides) {
    fake.set("wrongRetryCount", 1);
    const Error error = loginError("000000");
    EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(error.triesLeft(), 5U);
}

TEST_F(SkfPin, login_libraryWithoutPinInfo_takesItsRetryCount) {
    fake.fail("SKF_GetPINInfo", 0x0A000003);
    EXPECT_EQ(loginError("000000").triesLeft(), 5U);
    EXPECT_EQ(pinState().status, token::PinStatus::ok);
    EXPECT_FALSE(pinState().triesLeft);
}

TEST_F(SkfPin, pinState_countsThatCannotBe_areUnknown) {
    fake.set("maxTries", 100000);
    EXPECT_FALSE(pinState().triesLeft);
    fake.set("maxTries", 3);  // Fewer than are left.
    EXPECT_FALSE(pinState().triesLeft);
    EXPECT_EQ(pinState().maxTries, 3U);
}

TEST_F(SkfPin, pinCodes_eachHasItsError_S19) {
    const std::vector<std::pair<long long, ErrorCode>> codes{
        {0x0A000025, ErrorCode::pinLocked},    {0x0A000027, ErrorCode::pinTooShort},
        {0x0A000029, ErrorCode::tokenBlank},   {0x0A000003, ErrorCode::unsupported},
        {0x0A000001, ErrorCode::driverError},  {0x0A000024, ErrorCode::pinIncorrect},
        {0x0A00002E, ErrorCode::tokenBlank},   {0xDEADBEEF, ErrorCode::driverError},
        {0x0A000026, ErrorCode::pinIncorrect},
    };
    for (const auto& [code, expected] : codes) {
        fake.fail("SKF_VerifyPIN", code);
        EXPECT_EQ(loginError("111111").code(), expected) << std::hex << code;
    }
}

TEST_F(SkfPin, changePin_newOne_serves) {
    driver().changePin(kFakeId, token::PinRole::user, Secret::copyOf("111111"), Secret::copyOf("246810"));
    EXPECT_EQ(pinState().status, token::PinStatus::ok);
    EXPECT_EQ(loginError("111111").code(), ErrorCode::pinIncorrect);
    EXPECT_NO_THROW(driver().login(kFakeId, token::PinRole::user, Secret::copyOf("246810")));
}

TEST_F(SkfPin, changePin_wrongOldOne_tellsTriesLeft) {
    const Error error = errorOf([&] {
        driver().changePin(kFakeId, token::PinRole::user, Secret::copyOf("000000"), Secret::copyOf("246810"));
        return 0;
    });
    EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(error.triesLeft(), 5U);
}

TEST_F(SkfPin, changePin_newOneDoesNotFit_costsNoTry) {
    const auto change = [&](const std::string& pin) {
        return codeOf([&] {
            driver().changePin(kFakeId, token::PinRole::user, Secret::copyOf("111111"), Secret::copyOf(pin));
        });
    };
    EXPECT_EQ(change("123"), ErrorCode::pinTooShort);
    EXPECT_EQ(change("12345678901234567"), ErrorCode::badRequest);
    EXPECT_EQ(fake.calls("SKF_ChangePIN"), 0);
}

TEST_F(SkfPin, unlockPin_lockedToken_servesAgain) {
    for (int i = 0; i < 6; ++i) (void)loginError("000000");
    driver().unlockPin(kFakeId, Secret::copyOf("admin"), Secret::copyOf("135791"));
    EXPECT_EQ(pinState().triesLeft, 6U);
    EXPECT_NO_THROW(driver().login(kFakeId, token::PinRole::user, Secret::copyOf("135791")));
}

TEST_F(SkfPin, unlockPin_wrongAdministratorPin_speaksOfIt) {
    const auto unlock = [&] {
        return errorOf([&] {
            driver().unlockPin(kFakeId, Secret::copyOf("wrong"), Secret::copyOf("135791"));
            return 0;
        });
    };
    EXPECT_EQ(unlock().triesLeft(), 5U);
    EXPECT_TRUE(unlock().ofAdministratorPin());
    EXPECT_EQ(driver().administratorPin(kFakeId).triesLeft, 4U);
    for (int i = 0; i < 3; ++i) (void)unlock();
    EXPECT_EQ(driver().administratorPin(kFakeId).status, token::PinStatus::finalTry);
    const Error last = unlock();
    EXPECT_EQ(last.code(), ErrorCode::pinLocked);
    EXPECT_TRUE(last.ofAdministratorPin());
    EXPECT_EQ(driver().administratorPin(kFakeId).status, token::PinStatus::locked);
    EXPECT_EQ(pinState().triesLeft, 6U);
    EXPECT_FALSE(loginError("000000").ofAdministratorPin());
}

TEST_F(SkfPin, logout_afterLogin_endsIt) {
    login();
    driver().logout({kFakeId});
    EXPECT_EQ(codeOf([&] { driver().sign(signRequest()); }), ErrorCode::pinRequired);
}

TEST_F(SkfPin, remoteUnlock_formNotNamed_isUnsupported) {
    EXPECT_FALSE(driver().describeToken({kFakeId}).remoteUnlock);
    EXPECT_EQ(codeOf([&] { driver().unlockChallenge({kFakeId}); }), ErrorCode::unsupported);
    EXPECT_EQ(codeOf([&] { driver().unlockResponse(kFakeId, Bytes{1}); }), ErrorCode::unsupported);
}

TEST_F(SkfPin, remoteUnlock_challengeAndResponse_unlock) {
    options.quirks.remoteUnblock = RemoteUnblockForm::fixedLength;
    EXPECT_TRUE(driver().describeToken({kFakeId}).remoteUnlock);
    EXPECT_EQ(driver().unlockChallenge({kFakeId}), Bytes(16, 0x3C));
    const Error error = errorOf([&] {
        driver().unlockResponse(kFakeId, asBytes("bad"));
        return 0;
    });
    EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(error.triesLeft(), 5U);
    EXPECT_NO_THROW(driver().unlockResponse(kFakeId, asBytes("good")));
}

}  // namespace
}  // namespace ukey::skf
