// Modules and slots that are not as the standard would have them.
#include <unistd.h>

#include <filesystem>

#include "fake.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::fake;  // NOLINT(google-build-using-namespace)
using token::PinStatus;
using token::TokenState;

namespace {

class OddModule : public test::FakeTest {};

}  // namespace

TEST_F(OddModule, module_thatRefusesLocks_isStartedWithout) {
    state().startWithArguments = CKR_CANT_LOCK;
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
    EXPECT_EQ(calls("C_Initialize"), 2U);
    EXPECT_ERROR(driver().waitForChange(), ErrorCode::unsupported);
    end();
    EXPECT_EQ(calls("C_Finalize"), 1U);
}

TEST_F(OddModule, module_thatRunsAlready_isUsedAndNotEnded) {
    state().startWithArguments = CKR_CRYPTOKI_ALREADY_INITIALIZED;
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
    end();
    EXPECT_EQ(calls("C_Initialize"), 1U);
    EXPECT_EQ(calls("C_Finalize"), 0U);
}

TEST_F(OddModule, module_thatRefusesToStart_isDriverErrorWithItsCode) {
    state().startWithArguments = CKR_GENERAL_ERROR;
    state().startWithout = CKR_DEVICE_ERROR;
    try {
        restart();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::driverError);
        EXPECT_EQ(error.driverCode(), CKR_DEVICE_ERROR);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("C_Initialize returned CKR_DEVICE_ERROR"));
    }
    EXPECT_EQ(calls("C_Finalize"), 0U);
}

TEST_F(OddModule, module_startedAndEnded_isSoOnce_S44) {
    for (int i = 0; i < 20; ++i) (void)driver().listTokens({});
    end();
    EXPECT_EQ(calls("C_Initialize"), 1U);
    EXPECT_EQ(calls("C_Finalize"), 1U);
}

TEST_F(OddModule, library_thatIsNoModule_isDriverError) {
    const auto load = [](const char* path) { return pkcs11::loadDriver({.library = path}); };
    EXPECT_ERROR(load("/nonexistent/pkcs11.so"), ErrorCode::driverMissing);
    const auto libc = std::filesystem::exists("/lib/x86_64-linux-gnu/libm.so.6")
                          ? "/lib/x86_64-linux-gnu/libm.so.6"
                          : "/lib/libm.so.6";
    if (std::filesystem::exists(libc)) {
        EXPECT_ERROR(load(libc), ErrorCode::driverError);
    }
    state().emptyList = true;
    EXPECT_ERROR(restart(), ErrorCode::driverError);
    state().emptyList = false;
    state().version = {1, 0};
    EXPECT_ERROR(restart(), ErrorCode::driverError);
}

TEST_F(OddModule, slots_emptyBlankAndBroken_areToldApart) {
    Slot empty;
    empty.id = 8;
    empty.present = false;
    Slot blank = state().slot();
    blank.id = 9;
    blank.info.flags = CKF_RNG | CKF_LOGIN_REQUIRED;
    Slot broken;
    broken.id = 10;
    broken.infoResult = CKR_TOKEN_NOT_RECOGNIZED;
    Slot gone;
    gone.id = 11;
    gone.infoResult = CKR_TOKEN_NOT_PRESENT;
    Slot pinless = state().slot();
    pinless.id = 12;
    pinless.info.flags = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED;
    Slot open = state().slot();
    open.id = 13;
    open.info.flags = CKF_TOKEN_INITIALIZED;
    state().slots.insert(state().slots.end(), {empty, blank, broken, gone, pinless, open});

    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 5U);
    EXPECT_EQ(tokens[0].id, "7-F0001");
    EXPECT_EQ(tokens[0].state, TokenState::ready);
    EXPECT_EQ(tokens[1].state, TokenState::blank);
    EXPECT_EQ(tokens[2].state, TokenState::unusable);
    EXPECT_EQ(tokens[2].label, "Fake slot");
    EXPECT_EQ(tokens[3].state, TokenState::blank);
    EXPECT_EQ(tokens[4].state, TokenState::ready);
    EXPECT_ERROR(driver().listKeys({tokens[1].id}), ErrorCode::tokenBlank);
    EXPECT_ERROR(driver().listKeys({tokens[2].id}), ErrorCode::tokenNotFound);
    EXPECT_NO_THROW(driver().listKeys({tokens[0].id}));
}

TEST_F(OddModule, slotCount_thatLies_isNotBelieved) {
    state().claimedSlots = 5;
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
    state().claimedSlots = CK_UNAVAILABLE_INFORMATION;
    EXPECT_ERROR(driver().listTokens({}), ErrorCode::driverError);
    state().claimedSlots = 0;
    // More came between the two calls.
    state().returns["C_GetSlotList"] = {CKR_OK, CKR_BUFFER_TOO_SMALL};
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
    state().always["C_GetSlotList"] = CKR_BUFFER_TOO_SMALL;
    EXPECT_ERROR(driver().listTokens({}), ErrorCode::driverError);
}

TEST_F(OddModule, text_withNulAndBadEncoding_isMadeFit) {
    auto& info = state().slot().info;
    fill(info.label, std::string_view("Bid\0garbage", 11));
    fill(info.manufacturerID, "\xd6\xd0\xb9\xfa  ");  // GBK
    fill(info.model, "a\nb\x1b");
    fill(info.serialNumber, std::string_view("\x01\x02\0\0", 4));
    const auto token = driver().listTokens({}).at(0);
    EXPECT_EQ(token.label, "Bid");
    EXPECT_EQ(token.manufacturer, "中国");
    EXPECT_EQ(token.model, "ab");
    EXPECT_EQ(token.id, "7-0102");
    EXPECT_NO_THROW(driver().describeToken({token.id}));
}

TEST_F(OddModule, labelsInGbk_areTheText) {
    auto& info = state().slot().info;
    // 证书 in GBK could be Hebrew in UTF-8.
    fill(info.label, "\xd6\xa4\xca\xe9");
    fill(info.model, "\xcd\xf8\xb6\xdcUKey");
    EXPECT_EQ(driver().listTokens({}).at(0).label, "证书");
    EXPECT_EQ(driver().listTokens({}).at(0).model, "网盾UKey");
    fill(info.label, "浙江省自然资源厅");
    EXPECT_EQ(driver().listTokens({}).at(0).label, "浙江省自然资源厅");
    // Thirty-two octets: the last character was cut.
    fill(info.label,
         "\xd6\xa4\xca\xe9\xd6\xa4\xca\xe9\xd6\xa4\xca\xe9\xd6\xa4\xca\xe9"
         "\xd6\xa4\xca\xe9\xd6\xa4\xca\xe9\xd6\xa4\xca\xe9 \xd6\xa4\xca");
    EXPECT_EQ(driver().listTokens({}).at(0).label, "证书证书证书证书证书证书证书 证");
}

TEST_F(OddModule, pinFlags_eachKind_areTold) {
    const auto pin = [&](CK_FLAGS flags) {
        state().slot().info.flags =
            CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED | CKF_LOGIN_REQUIRED | flags;
        return driver().describeToken({id()});
    };
    EXPECT_EQ(pin(0).pin.status, PinStatus::ok);
    EXPECT_EQ(pin(CKF_USER_PIN_COUNT_LOW).pin.status, PinStatus::low);
    EXPECT_EQ(pin(CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY).pin.status, PinStatus::finalTry);
    EXPECT_EQ(pin(CKF_USER_PIN_FINAL_TRY).pin.triesLeft, 1U);
    EXPECT_EQ(pin(CKF_USER_PIN_TO_BE_CHANGED).pin.status, PinStatus::defaultPin);
    EXPECT_EQ(pin(CKF_USER_PIN_LOCKED).pin.status, PinStatus::locked);
    EXPECT_EQ(pin(CKF_USER_PIN_LOCKED).state, TokenState::locked);
    EXPECT_FALSE(pin(0).protectedAuthenticationPath);
    EXPECT_TRUE(pin(CKF_PROTECTED_AUTHENTICATION_PATH).protectedAuthenticationPath);
}

TEST_F(OddModule, pinLengths_withoutSense_ruleNothingOut) {
    auto& info = state().slot().info;
    const auto pin = [&](CK_ULONG least, CK_ULONG most) {
        info.ulMinPinLen = least;
        info.ulMaxPinLen = most;
        const auto told = driver().describeToken({id()}).pin;
        return std::pair(told.minLength, told.maxLength);
    };
    EXPECT_EQ(pin(6, 16), std::pair(6U, 16U));
    EXPECT_EQ(pin(0, 0), std::pair(1U, 255U));
    EXPECT_EQ(pin(CK_UNAVAILABLE_INFORMATION, CK_UNAVAILABLE_INFORMATION), std::pair(1U, 255U));
    EXPECT_EQ(pin(4, CK_UNAVAILABLE_INFORMATION), std::pair(4U, 255U));
    EXPECT_EQ(pin(9, 8), std::pair(1U, 255U));
}

TEST_F(OddModule, token_pulledAndPluggedAgain_needsANewLogin) {
    addPair(test::ecKey());
    login();
    EXPECT_NO_THROW(sign());
    state().pull();
    EXPECT_ERROR(sign(), ErrorCode::tokenRemoved);
    EXPECT_ERROR(sign(), ErrorCode::tokenNotFound);
    EXPECT_TRUE(driver().listTokens({}).empty());
    state().plug();
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    login();
    EXPECT_NO_THROW(sign());
    // Faster than anybody looked.
    state().pull();
    state().plug();
    EXPECT_ERROR(sign(), ErrorCode::tokenRemoved);
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
}

TEST_F(OddModule, token_pulled_isRemovedWhateverTheModuleCallsIt) {
    addPair(test::ecKey());
    for (const CK_RV value : {CKR_DEVICE_REMOVED, CKR_TOKEN_NOT_PRESENT, CKR_SESSION_CLOSED, CKR_DEVICE_ERROR,
                              CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED, CK_RV{0x80000123}}) {
        state().plug();
        login();
        EXPECT_NO_THROW(sign());
        state().pull();
        state().returns["C_SignInit"] = {value};
        EXPECT_ERROR(sign(), ErrorCode::tokenRemoved) << value;
        state().returns.clear();
    }
}

TEST_F(OddModule, failure_whileTheTokenIsThere_isDriverErrorAndTheLoginStands) {
    addPair(test::ecKey());
    login();
    state().returns["C_Sign"] = {CKR_FUNCTION_FAILED};
    EXPECT_ERROR(sign(), ErrorCode::driverError);
    EXPECT_NO_THROW(sign());
}

TEST_F(OddModule, otherToken_inTheSameSlot_isNotTakenForTheFirst) {
    (void)driver().listTokens({});
    fill(state().slot().info.serialNumber, "F0002");
    EXPECT_ERROR(driver().describeToken({id()}), ErrorCode::tokenRemoved);
    EXPECT_EQ(driver().listTokens({}).at(0).id, "7-F0002");
    EXPECT_ERROR(driver().describeToken({id()}), ErrorCode::tokenNotFound);
}

TEST_F(OddModule, token_pluggedAThousandTimes_leavesNoSession_S44) {
    addPair(test::ecKey());
    for (int i = 0; i < 1000; ++i) {
        state().plug();
        login();
        state().pull();
        EXPECT_TRUE(driver().listTokens({}).empty());
    }
    state().plug();
    login();
    EXPECT_EQ(state().sessions.size(), 1U);
}

TEST_F(OddModule, token_writeProtected_isReadWithoutWriteSession) {
    state().slot().info.flags |= CKF_WRITE_PROTECTED;
    addPair(test::ecKey());
    login();
    EXPECT_TRUE(driver().describeToken({id()}).algorithms.empty());
    EXPECT_NO_THROW(sign());
}

TEST_F(OddModule, full_token_saysSo) {
    login();
    state().returns["C_GenerateKeyPair"] = {CKR_DEVICE_MEMORY};
    EXPECT_ERROR(driver().generateKeyPair({id(), "a", token::KeyAlgorithm::p256}), ErrorCode::tokenFull);
}

TEST_F(OddModule, function_missingInTheList_isUnsupported) {
    login();
    state().always["C_GenerateRandom"] = CKR_FUNCTION_NOT_SUPPORTED;
    EXPECT_ERROR(driver().random({id(), 8}), ErrorCode::unsupported);
}

TEST_F(OddModule, templates_refused_areTriedWithoutTheExtras) {
    login();
    state().returns["C_GenerateKeyPair"] = {CKR_TEMPLATE_INCONSISTENT};
    EXPECT_EQ(driver().generateKeyPair({id(), "a", token::KeyAlgorithm::rsa2048}).algorithm,
              token::KeyAlgorithm::rsa2048);
    state().returns["C_GenerateKeyPair"] = {CKR_TEMPLATE_INCONSISTENT, CKR_TEMPLATE_INCONSISTENT,
                                            CKR_TEMPLATE_INCONSISTENT};
    EXPECT_ERROR(driver().generateKeyPair({id(), "b", token::KeyAlgorithm::rsa2048}), ErrorCode::driverError);
}

TEST_F(OddModule, generation_thatGivesAnotherKey_isUndone) {
    login();
    // The module makes P-256 whatever it is told.
    EXPECT_ERROR(driver().generateKeyPair({id(), "a", token::KeyAlgorithm::p384}), ErrorCode::driverError);
    EXPECT_TRUE(state().objects.empty());
}
