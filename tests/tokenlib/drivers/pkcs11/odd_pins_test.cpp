// PINs: tries, locks, keypads, keys that want the PIN for each use.
#include "fake.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::fake;  // NOLINT(google-build-using-namespace)
using test::ecKey;
using token::PinRole;

namespace {

class OddPins : public test::FakeTest {
  protected:
    Error loginError(const std::string& pin, PinRole role = PinRole::user) {
        try {
            driver().login(id(), role, Secret::copyOf(pin));
        } catch (const Error& error) {
            return error;
        }
        return {ErrorCode::internal, "the login was accepted"};
    }
    void addAlwaysAuthenticateKey() {
        state().add(privateKey(ecKey()).flag(CKA_ALWAYS_AUTHENTICATE, true));
        state().add(publicKey(test::publicKeyOf(ecKey().get())));
    }
};

}  // namespace

TEST_F(OddPins, wrongPins_upToTheLock_areCountedAsFarAsTheModuleTells) {
    state().maxTries = state().userTries = 3;
    EXPECT_EQ(loginError("000000").code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(driver().describeToken({id()}).pin.status, token::PinStatus::low);
    const Error second = loginError("000000");
    EXPECT_EQ(second.code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(second.triesLeft(), 1U);
    EXPECT_EQ(second.driverCode(), CKR_PIN_INCORRECT);
    const Error third = loginError("000000");
    EXPECT_EQ(third.code(), ErrorCode::pinLocked);
    EXPECT_EQ(third.triesLeft(), 0U);
    EXPECT_EQ(loginError("123456").code(), ErrorCode::pinLocked);
    EXPECT_EQ(driver().describeToken({id()}).state, token::TokenState::locked);

    driver().unlockPin(id(), Secret::copyOf("87654321"), Secret::copyOf("222222"));
    EXPECT_EQ(driver().describeToken({id()}).state, token::TokenState::ready);
    EXPECT_NO_THROW(login("222222"));
}

TEST_F(OddPins, wrongAdministratorPins_upToTheLock_speakOfTheAdministrator) {
    state().maxTries = state().administratorTries = 2;
    const auto unlock = [&] {
        driver().unlockPin(id(), Secret::copyOf("11111111"), Secret::copyOf("222222"));
    };
    try {
        unlock();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
        EXPECT_EQ(error.triesLeft(), 1U);
        EXPECT_TRUE(error.ofAdministratorPin());
    }
    EXPECT_EQ(driver().administratorPin(id()).status, token::PinStatus::finalTry);
    EXPECT_EQ(driver().describeToken({id()}).pin.status, token::PinStatus::ok) << "not the user's";
    EXPECT_ERROR(unlock(), ErrorCode::pinLocked);
    EXPECT_EQ(driver().administratorPin(id()).status, token::PinStatus::locked);
    EXPECT_EQ(loginError("87654321", PinRole::administrator).code(), ErrorCode::pinLocked);
    EXPECT_NO_THROW(login());
}

TEST_F(OddPins, newPin_tooShort_costsNoTry) {
    EXPECT_EQ(loginError("").code(), ErrorCode::pinTooShort);
    EXPECT_EQ(calls("C_Login"), 0U);
    EXPECT_ERROR(driver().changePin(id(), PinRole::user, Secret::copyOf("123456"), Secret::copyOf("1")),
                 ErrorCode::pinTooShort);
    EXPECT_ERROR(driver().changePin(id(), PinRole::user, Secret::copyOf("123456"),
                                    Secret::copyOf("12345678901234567")),
                 ErrorCode::badRequest);
    EXPECT_ERROR(driver().unlockPin(id(), Secret(), Secret::copyOf("222222")), ErrorCode::pinTooShort);
    EXPECT_EQ(calls("C_Login"), 0U);
}

TEST_F(OddPins, pin_whileLoggedIn_isReallyChecked) {
    login();
    EXPECT_EQ(loginError("000000").code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(state().userTries, 5U);
    login();
    // A module that stays logged in as long as there is a session.
    state().keepsLogin = true;
    EXPECT_EQ(loginError("000000").code(), ErrorCode::pinIncorrect);
    login();
    login();
    // One that no means gets out.
    state().always["C_Login"] = CKR_USER_ALREADY_LOGGED_IN;
    EXPECT_EQ(loginError("000000").code(), ErrorCode::driverError);
}

TEST_F(OddPins, login_ofTheOtherRole_isReplaced) {
    driver().login(id(), PinRole::administrator, Secret::copyOf("87654321"));
    login();
    driver().login(id(), PinRole::administrator, Secret::copyOf("87654321"));
    EXPECT_ERROR(driver().generateKeyPair({id(), "a", token::KeyAlgorithm::p256}), ErrorCode::pinRequired);
}

TEST_F(OddPins, token_thatLoggedOutByItself_wantsThePinAgain) {
    addPair(ecKey());
    login();
    EXPECT_NO_THROW(sign());
    state().login = 2;
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    EXPECT_ERROR(driver().generateKeyPair({id(), "a", token::KeyAlgorithm::p256}), ErrorCode::pinRequired);
    login();
    EXPECT_NO_THROW(sign());
    state().returns["C_SignInit"] = {CKR_USER_NOT_LOGGED_IN};
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    login();
    EXPECT_NO_THROW(sign());
}

TEST_F(OddPins, logout_twice_isNoError) {
    driver().logout({id()});
    login();
    driver().logout({id()});
    driver().logout({id()});
    EXPECT_EQ(state().login, 2U);
}

TEST_F(OddPins, keypadOfTheToken_isAskedWhenNoPinIsGiven) {
    state().slot().info.flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
    addPair(ecKey());
    driver().login(id(), PinRole::user, Secret());
    EXPECT_NO_THROW(sign());
    driver().changePin(id(), PinRole::user, Secret(), Secret());
    state().keypadAgrees = false;
    EXPECT_EQ(loginError("").code(), ErrorCode::userCancelled);
}

TEST_F(OddPins, keyThatWantsThePinEachTime_signsOncePerLogin) {
    addAlwaysAuthenticateKey();
    login();
    EXPECT_TRUE(keys().at(0).alwaysAuthenticate);
    const auto digest = test::digestOf(token::DigestAlgorithm::sha256, kMessage);
    EXPECT_TRUE(
        test::verifies(test::publicKeyOf(ecKey().get()), token::DigestAlgorithm::sha256, digest, sign()));
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    EXPECT_TRUE(state().operations.empty());
    login();
    EXPECT_NO_THROW(sign());
}

TEST_F(OddPins, pinKeptForSuchAKey_goesWithTheNextUseOfAnyKey) {
    addAlwaysAuthenticateKey();
    const auto other = std::shared_ptr<EVP_PKEY>(test::newKey(token::KeyAlgorithm::p256));
    state().add(privateKey(other).set(CKA_ID, "other"));
    login();
    EXPECT_NO_THROW(driver().sign(
        {id(), {"other", token::KeyUsage::sign}, token::DigestAlgorithm::sha256, Bytes(32, 1), {}}));
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    login();
    driver().changePin(id(), PinRole::user, Secret::copyOf("123456"), Secret::copyOf("222222"));
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    EXPECT_EQ(state().userTries, state().maxTries);
}

TEST_F(OddPins, pinKeptForSuchAKey_refused_endsTheOperation) {
    addAlwaysAuthenticateKey();
    login();
    state().userPin = "999999";
    EXPECT_ERROR(sign(), ErrorCode::pinIncorrect);
    EXPECT_TRUE(state().operations.empty());
    login("999999");
    EXPECT_NO_THROW(sign());
}

TEST_F(OddPins, keypad_servesKeysThatWantThePinEachTime) {
    state().slot().info.flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
    addAlwaysAuthenticateKey();
    driver().login(id(), PinRole::user, Secret());
    EXPECT_NO_THROW(sign());
    EXPECT_NO_THROW(sign());
}

TEST_F(OddPins, newPin_refusedByTheToken_isNotCalledIncorrect) {
    state().returns["C_SetPIN"] = {CKR_PIN_INVALID};
    EXPECT_ERROR(driver().changePin(id(), PinRole::user, Secret::copyOf("123456"), Secret::copyOf("222222")),
                 ErrorCode::pinTooShort);
    state().returns["C_InitPIN"] = {CKR_PIN_LEN_RANGE};
    EXPECT_ERROR(driver().unlockPin(id(), Secret::copyOf("87654321"), Secret::copyOf("222222")),
                 ErrorCode::pinTooShort);
    EXPECT_EQ(state().login, 2U);
}

TEST_F(OddPins, pin_thatMustBeChangedFirst_canBeChanged) {
    state().slot().info.flags |= CKF_USER_PIN_TO_BE_CHANGED;
    state().always["C_Login"] = CKR_PIN_EXPIRED;
    EXPECT_EQ(loginError("123456").code(), ErrorCode::driverError);
    driver().changePin(id(), PinRole::user, Secret::copyOf("123456"), Secret::copyOf("222222"));
    state().always.clear();
    EXPECT_NO_THROW(login("222222"));
    EXPECT_EQ(driver().describeToken({id()}).pin.status, token::PinStatus::ok);
}

TEST_F(OddPins, pin_changed_leavesTheLoginAsItWas) {
    addPair(ecKey());
    driver().changePin(id(), PinRole::user, Secret::copyOf("123456"), Secret::copyOf("222222"));
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    login("222222");
    driver().changePin(id(), PinRole::user, Secret::copyOf("222222"), Secret::copyOf("333333"));
    EXPECT_NO_THROW(sign());
}

TEST_F(OddPins, tokenWithoutUserPin_isOpenedByTheAdministrator) {
    state().slot().info.flags &= ~CKF_USER_PIN_INITIALIZED;
    state().returns["C_Login"] = {CKR_USER_PIN_NOT_INITIALIZED};
    EXPECT_EQ(loginError("123456").code(), ErrorCode::tokenBlank);
    driver().unlockPin(id(), Secret::copyOf("87654321"), Secret::copyOf("222222"));
    EXPECT_NO_THROW(login("222222"));
}
