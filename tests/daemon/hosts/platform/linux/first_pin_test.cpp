// The PIN that a maker set: named, checked without being asked for, and changed.
#include <nlohmann/json.hpp>

#include "tests/daemon/hosts/platform/linux/pin_fixture.hpp"
#include "tokenlib/base/messages.hpp"

namespace ukey::hosts {
namespace {

class FirstPinTest : public HostsPinTest {
  protected:
    token::VerifyPin changingFirst(const char* locale = "en") const {
        token::VerifyPin operation{"T1", context(), true};
        operation.prompt.locale = locale;
        operation.prompt.operation = "operation.change-default-pin";
        operation.prompt.allows = "This allows the site to log in.";
        return operation;
    }
    std::string textOf(std::size_t dialog) const { return script_.dialogs().at(dialog).at("text"); }
    bool says(std::size_t dialog, const std::string& what) const {
        return textOf(dialog).find(what) != std::string::npos;
    }
};

TEST_F(FirstPinTest, initialPin_isNamedAndOnlyTheNewOneIsAskedFor_S18) {
    const std::vector<std::pair<const char*, const char*>> languages{
        {"en", "The Ukey has the PIN set by the factory, 111111."},
        {"zh-CN", "此 Ukey 仍为出厂初始密码 111111，请设置您自己的密码。"}};
    for (const auto& [locale, named] : languages) {
        const std::size_t before = script_.dialogs().size();
        useWith({"pin 246810"}, R"({"pin": "111111"})", "111111");
        EXPECT_EQ(codeOfCall(changingFirst(locale)), std::nullopt);
        ASSERT_EQ(script_.dialogs().size(), before + 1) << "neither the old one nor the new one once more";
        EXPECT_TRUE(says(before, named)) << textOf(before);
        EXPECT_TRUE(says(before, "https://portal.example")) << textOf(before);
        EXPECT_LT(textOf(before).find(named), textOf(before).find("This allows the site to log in."))
            << "what to do stands before what it allows: " << textOf(before);
        EXPECT_TRUE(says(before, "This allows the site to log in.")) << textOf(before);
        EXPECT_EQ(sign("a", "login"), Bytes(32, 7)) << "logged in";
        EXPECT_FALSE(call("a", token::DescribeToken{"T1"}).pin.isDefault);
    }
}

TEST_F(FirstPinTest, initialPinThatIsNotTheCurrentOne_costsOneTryAndTheCurrentOneIsAskedFor_S18) {
    useWith({"pin 135790", "pin 246810"}, R"({"pin": "135790", "saysDefault": true})", "111111");
    EXPECT_EQ(codeOfCall(changingFirst()), std::nullopt);
    const auto dialogs = script_.dialogs();
    ASSERT_EQ(dialogs.size(), 2U);
    EXPECT_EQ(dialogs[0]["label"], "Current PIN:");
    EXPECT_EQ(dialogs[0]["error"],
              "The PIN set by the factory, 111111, is not the current one. Enter the current one.");
    EXPECT_TRUE(says(0, "Tries left: 5")) << textOf(0);
    EXPECT_EQ(dialogs[1]["label"], "New PIN:");
    EXPECT_FALSE(says(1, "111111")) << textOf(1);
}

TEST_F(FirstPinTest, initialPin_isTriedOnceWhereNobodyCountsTries_S18) {
    useWith({"cancel", "cancel", "cancel"}, R"({"pin": "135790", "saysDefault": true, "tellsTries": false})",
            "111111");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(codeOfCall(changingFirst()), ErrorCode::userCancelled);
    EXPECT_EQ(triesSeen(), 1U);
}

TEST_F(FirstPinTest, initialPin_isNotTriedUnaskedWhenATryWasLostAlready_S18) {
    for (unsigned tries = 5; tries > 0; --tries) {
        const nlohmann::json options{{"pin", "135790"}, {"saysDefault", true}, {"tries", tries}};
        useWith({tries > 1 ? "cancel" : "exit"}, options.dump(), "111111");
        EXPECT_EQ(codeOfCall(changingFirst()), tries > 1 ? ErrorCode::userCancelled : ErrorCode::rateLimited)
            << tries;
        EXPECT_EQ(triesSeen(), 0U) << tries;
    }
    ASSERT_EQ(script_.dialogs().size(), 4U) << "the last one is no page's";
    EXPECT_TRUE(says(0, "The current PIN is the one set by the factory, 111111.")) << textOf(0);
}

TEST_F(FirstPinTest, initialPinThatNobodyKnows_isAskedForWithWhereItStands) {
    useWith({"pin 135790", "pin 246810"}, R"({"pin": "135790", "saysDefault": true})");
    EXPECT_EQ(codeOfCall(changingFirst()), std::nullopt);
    ASSERT_EQ(script_.dialogs().size(), 2U);
    EXPECT_TRUE(says(0, "it is in the papers that came with the Ukey")) << textOf(0);
    EXPECT_EQ(sign("a", "login"), Bytes(32, 7));
}

TEST_F(FirstPinTest, newPinThatIsCancelled_changesNothing) {
    useWith({"cancel"}, R"({"pin": "111111"})", "111111");
    EXPECT_EQ(codeOfCall(changingFirst()), ErrorCode::userCancelled);
    EXPECT_TRUE(call("a", token::DescribeToken{"T1"}).pin.isDefault);
}

TEST_F(FirstPinTest, failureAfterTheChange_saysThatThePinIsAnotherOne) {
    useWith({"pin 246810"}, R"({"pin": "111111", "loginAfterChange": "driver-error"})", "111111");
    try {
        (void)call("a", changingFirst());
        FAIL() << "logged in";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::driverError);
        EXPECT_EQ(error.reason(), "pin-changed");
        EXPECT_EQ(errorMessage(Language::english, error),
                  errorMessage(Language::english, ErrorCode::driverError) +
                      " The PIN was changed before: the new one holds.");
        EXPECT_NE(errorMessage(Language::chinese, error).find("密码已改为您刚才设置的新密码。"),
                  std::string::npos);
    }
    EXPECT_FALSE(call("a", token::DescribeToken{"T1"}).pin.isDefault);
}

TEST_F(FirstPinTest, endOfHostOrTokenAfterTheChange_saysThatThePinIsAnotherOneToo) {
    settings_.driverTimeout = std::chrono::seconds(2);
    const std::vector<std::pair<std::string, ErrorCode>> ends{{"crash", ErrorCode::driverCrashed},
                                                              {"hang", ErrorCode::driverTimeout},
                                                              {"unplug", ErrorCode::tokenRemoved}};
    for (const auto& [end, code] : ends) {
        useWith({"pin 246810"}, R"({"pin": "111111", "loginAfterChange": ")" + end + R"("})", "111111");
        try {
            (void)call("a", changingFirst());
            FAIL() << "logged in";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), code) << end;
            EXPECT_EQ(error.reason(), "pin-changed") << end;
        }
    }
}

TEST_F(FirstPinTest, failureBeforeTheChange_doesNotSaySo) {
    useWith({"pin 999999", "pin 246810"}, R"({"saysDefault": true})");
    try {
        (void)call("a", changingFirst());
        FAIL() << "logged in";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
        EXPECT_EQ(error.reason(), "");
    }
}

TEST_F(FirstPinTest, changeThatTheUserAsksFor_doesNotAskForTheInitialPinEither) {
    useWith({"pin 246810"}, R"({"pin": "111111"})", "111111");
    EXPECT_EQ(codeOfCall(token::ChangePin{"T1", context()}), std::nullopt);
    ASSERT_EQ(script_.dialogs().size(), 1U);
    EXPECT_TRUE(says(0, "111111")) << textOf(0);
}

TEST_F(FirstPinTest, initialPinOfItsOwn_isNoNewPin) {
    useWith({"pin Acme-2024", "pin 246810"}, R"({"pin": "Acme-2024", "saysDefault": true})", "Acme-2024");
    EXPECT_EQ(codeOfCall(changingFirst()), std::nullopt);
    ASSERT_EQ(script_.dialogs().size(), 2U);
    EXPECT_EQ(script_.dialogs()[1]["error"], "The new PIN must not be the one set by the factory.");
}

TEST_F(FirstPinTest, loginWithoutAChange_namesTheInitialPin) {
    useWith({"pin 111111"}, R"({"pin": "111111"})", "111111");
    EXPECT_EQ(verify(), std::nullopt);
    EXPECT_TRUE(says(0, "The PIN is still the one set by the factory, 111111.")) << textOf(0);
}

TEST_F(FirstPinTest, keypad_changesAndLogsInByItself) {
    useWith({}, R"({"keypad": true, "saysDefault": true})", "111111");
    EXPECT_EQ(codeOfCall(changingFirst()), std::nullopt);
    EXPECT_TRUE(script_.dialogs().empty());
    EXPECT_EQ(sign("a", "login"), Bytes(32, 7));
}

}  // namespace
}  // namespace ukey::hosts
