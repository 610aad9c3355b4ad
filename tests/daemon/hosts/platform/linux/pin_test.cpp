// PIN operations through real hosts and a scripted pinentry.
#include <sys/stat.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/daemon/hosts/platform/linux/pin_fixture.hpp"
#include "tests/support/process_memory.hpp"

namespace ukey::hosts {
namespace {

using test::codeOf;
using test::memoryHolds;
using test::ScriptedPinentry;

TEST_F(HostsPinTest, rightPin_logsIn_S10) {
    useWith({"pin 123456"});
    EXPECT_EQ(verify(), std::nullopt);
    EXPECT_EQ(sign("a", "login"), Bytes(32, 7));
}

TEST_F(HostsPinTest, dialog_namesSiteOperationTokenCertificateAndTries_S11) {
    useWith({"pin 123456"}, R"({"tries": 5})");
    EXPECT_EQ(verify(), std::nullopt);
    const auto shown = script_.dialogs().at(0);
    EXPECT_EQ(shown["text"],
              "Site: https://portal.example\nOperation: Log in\nUkey: Label T1 (serial number T1)\n"
              "Certificate: CN=Zhang San\nTries left: 5");
    EXPECT_EQ(shown["timeout"], "60");
}

TEST_F(HostsPinTest, dialog_saysWhatThePinAllows_S11) {
    useWith({"pin 123456"});
    token::VerifyPin operation{"T1", context()};
    operation.prompt.allows = "This allows the site to log in.";
    (void)call("a", std::move(operation));
    const std::string text = script_.dialogs().at(0).at("text");
    EXPECT_NE(text.find("\nThis allows the site to log in."), std::string::npos) << text;
}

TEST_F(HostsPinTest, wrongPin_costsOneTryAndSaysHowManyAreLeft_S18) {
    useWith({"pin 999999"});
    try {
        (void)call("a", token::VerifyPin{"T1", context()});
        FAIL() << "logged in";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
        EXPECT_EQ(error.triesLeft(), 5U);
    }
    EXPECT_EQ(triesSeen(), 1U);
    EXPECT_EQ(script_.dialogs().size(), 1U) << "one dialog a call";
}

TEST_F(HostsPinTest, wrongPin_isToldAsAnUpdateOfTheToken) {
    useWith({"pin 999999"});
    (void)tokens();
    (void)verify();
    waitForChange(Change::updated);
    EXPECT_EQ(changes_.back().token.info.pin.triesLeft, 5U);
}

TEST_F(HostsPinTest, outcomesOfTheDialog_areToldApartAndTryNothing_S19) {
    useWith({"cancel", "timeout", "exit", "pin 123", "cancel", "pin 12345678901234567", "cancel", "pin "});
    EXPECT_EQ(verify(), ErrorCode::userCancelled);
    EXPECT_EQ(verify(), ErrorCode::promptTimeout);
    EXPECT_EQ(verify(), ErrorCode::promptUnavailable);
    EXPECT_EQ(verify(), ErrorCode::pinTooShort);
    EXPECT_EQ(verify(), ErrorCode::pinTooShort);
    EXPECT_EQ(verify(), ErrorCode::pinTooShort);
    EXPECT_EQ(triesSeen(), 0U);
}

TEST_F(HostsPinTest, pinOutsideTheToldLengths_canBeTriedAfterAWarning) {
    useWith({"pin 1234", "ok", "pin 12345678901234567", "ok"}, R"({"pin": "1234"})");
    EXPECT_EQ(verify(), std::nullopt);
    ASSERT_EQ(script_.dialogs().size(), 2U);
    EXPECT_EQ(script_.dialogs()[1]["kind"], "confirm");
    const auto text = script_.dialogs()[1]["text"].get<std::string>();
    EXPECT_NE(text.find("6 to 16 characters"), std::string::npos) << text;
    EXPECT_NE(text.find("https://portal.example"), std::string::npos) << text;
    EXPECT_EQ(verify(), ErrorCode::pinIncorrect) << "a long one was tried, too";
    EXPECT_EQ(triesSeen(), 2U);
}

TEST_F(HostsPinTest, oldPinOutsideTheToldLengths_canBeChangedAfterAWarning) {
    useWith({"pin 1234", "ok", "pin 739164"}, R"({"pin": "1234"})");
    EXPECT_EQ(codeOfCall(token::ChangePin{"T1", context()}), std::nullopt);
    ASSERT_EQ(script_.dialogs().size(), 3U);
    EXPECT_EQ(script_.dialogs()[1]["kind"], "confirm");
}

TEST_F(HostsPinTest, pinOutsideTheToldLengths_isNotTriedUnlessItIsMeant) {
    useWith({"pin 1234", "cancel", "pin 1234", "timeout"}, R"({"pin": "1234", "tries": 4})");
    EXPECT_EQ(verify(), ErrorCode::pinTooShort);
    EXPECT_EQ(verify(), ErrorCode::promptTimeout);
    EXPECT_EQ(triesSeen(), 0U);
}

TEST_F(HostsPinTest, lockedPin_isAnsweredWithoutADialog_S18) {
    useWith({"pin 123456"}, R"({"tries": 0})");
    EXPECT_EQ(verify(), ErrorCode::pinLocked);
    EXPECT_EQ(codeOfCall(token::ChangePin{"T1", context()}), ErrorCode::pinLocked);
    EXPECT_TRUE(script_.dialogs().empty());
    EXPECT_EQ(triesSeen(), 0U);
}

TEST_F(HostsPinTest, lastTry_isWarnedOfAndConfirmedFirst_S18) {
    useWith({"ok", "pin 123456"}, R"({"tries": 1})");
    EXPECT_EQ(codeOfCall(token::VerifyPin{"T1", own()}), std::nullopt);
    ASSERT_EQ(script_.dialogs().size(), 2U);
    EXPECT_EQ(script_.dialogs()[0]["kind"], "confirm");
    EXPECT_NE(script_.dialogs()[0]["text"].get<std::string>().find("last try"), std::string::npos);
    EXPECT_NE(script_.dialogs()[1]["error"].get<std::string>().find("last try"), std::string::npos);
}

TEST_F(HostsPinTest, lastTry_notConfirmed_isNotUsed_S18) {
    useWith({"cancel"}, R"({"tries": 1})");
    EXPECT_EQ(codeOfCall(token::VerifyPin{"T1", own()}), ErrorCode::userCancelled);
    EXPECT_EQ(triesSeen(), 0U);
}

TEST_F(HostsPinTest, lastTry_isNeverAPages_S18) {
    for (const char* options : {R"({"tries": 1})", R"({"keypad": true, "tries": 1})"}) {
        useWith({"ok", "pin 123456"}, options);
        EXPECT_EQ(verify(), ErrorCode::rateLimited);
        EXPECT_EQ(codeOfCall(token::ChangePin{"T1", context()}), ErrorCode::rateLimited);
        EXPECT_TRUE(script_.dialogs().empty());
        EXPECT_EQ(triesSeen(), 0U);
    }
}

TEST_F(HostsPinTest, wrongPinsOfPages_neverLockTheToken_S18) {
    useWith(std::vector<std::string>(20, "pin 999999"));
    std::map<std::optional<ErrorCode>, int> codes;
    for (int i = 0; i < 10; ++i) ++codes[verify()];
    EXPECT_EQ(codes, (std::map<std::optional<ErrorCode>, int>{{ErrorCode::pinIncorrect, 5},
                                                              {ErrorCode::rateLimited, 5}}));
}

// The dialog of another token may open while this driver works.
TEST_F(HostsPinTest, turn_endsWithTheLastDialogBeforeTheDriverGoesOn_S20) {
    const auto slow = script_.folder() / "slow";
    ASSERT_EQ(::mkfifo(slow.c_str(), 0600), 0);
    useWith({"pin 123456"}, nlohmann::json{{"keypadPipe", slow}}.dump());
    (void)tokens();
    auto turn = std::make_shared<prompt::Sight>(nullptr);
    const std::weak_ptr<prompt::Sight> held = turn;
    const auto asked =
        test::start(context_, hosts_->call("a", token::VerifyPin{"T1", context()}, std::move(turn)));
    test::runUntil(context_, [&] { return held.expired(); });
    EXPECT_FALSE(asked->done);
    std::ofstream(slow) << "done";
    (void)test::finish(context_, asked);
    EXPECT_EQ(script_.dialogs().size(), 1U);
}

TEST_F(HostsPinTest, dialogThatIsOverlooked_isToldToWhoHasTheTurn) {
    useWith({"overlooked", "in-sight", "overlooked", "pin 123456"});
    std::vector<bool> told;
    auto turn = std::make_shared<prompt::Sight>([&](bool isOverlooked) { told.push_back(isOverlooked); });
    (void)test::await(context_, hosts_->call("a", token::VerifyPin{"T1", context()}, turn));
    EXPECT_EQ(told, (std::vector<bool>{true, false, true, false})) << "the last: it has closed";
}

TEST_F(HostsPinTest, secondDialog_isBusy_S20) {
    useWith({"hang"});
    const auto first = test::start(context_, hosts_->call("a", token::VerifyPin{"T1", context()}));
    waitForDialog();
    EXPECT_EQ(verify(), ErrorCode::busy);
    EXPECT_EQ(sign("a", "key"), Bytes(32, 7)) << "what needs no dialog goes on";
}

TEST_F(HostsPinTest, cancelledCall_closesItsDialog_S20) {
    useWith({"hang", "pin 123456"});
    boost::asio::cancellation_signal signal;
    std::optional<ErrorCode> code;
    boost::asio::co_spawn(context_, hosts_->call("a", token::VerifyPin{"T1", context()}),
                          boost::asio::bind_cancellation_slot(
                              signal.slot(), [&](const std::exception_ptr& error, token::Nothing) {
                                  code = codeOf([&] {
                                      if (error) std::rethrow_exception(error);
                                      return 0;
                                  });
                              }));
    waitForDialog();
    signal.emit(boost::asio::cancellation_type::terminal);
    test::runUntil(context_, [&] { return code.has_value(); });
    EXPECT_EQ(code, ErrorCode::userCancelled);
    test::runUntil(context_, [&] { return ScriptedPinentry::isGone(script_.dialogs().at(0)); });
    EXPECT_EQ(verify(), std::nullopt) << "the next dialog opens";
}

TEST_F(HostsPinTest, deadline_waitsWhileADialogIsOpen_S39) {
    settings_.driverTimeout = std::chrono::milliseconds(200);
    const auto answer = script_.folder() / "go";
    useWith({"when " + answer.string(), "pin 123456"});
    const auto asked = test::start(context_, hosts_->call("a", token::VerifyPin{"T1", context()}));
    waitForDialog();
    boost::asio::steady_timer later(context_, std::chrono::milliseconds(1000));
    bool over = false;
    later.async_wait([&](const boost::system::error_code&) { over = true; });
    test::runUntil(context_, [&] { return over; });
    EXPECT_FALSE(asked->done);
    std::ofstream(answer) << "now";
    (void)test::finish(context_, asked);
    EXPECT_EQ(hosts_->status()[0].restarts, 0U);
}

TEST_F(HostsPinTest, hangWhileADialogIsOpen_isStillEnded_S39) {
    settings_.driverTimeout = std::chrono::milliseconds(500);
    useWith({"hang"}, R"({"tokens": ["T1", "T2"]})");
    const auto asked = test::start(context_, hosts_->call("a", token::VerifyPin{"T1", context()}));
    waitForDialog();
    EXPECT_EQ(codeOf([&] { return sign("a", "hang", "T2"); }), ErrorCode::driverTimeout);
    EXPECT_EQ(codeOf([&] { return test::finish(context_, asked); }), ErrorCode::driverTimeout);
    test::runUntil(context_, [&] { return ScriptedPinentry::isGone(script_.dialogs().at(0)); });
}

TEST_F(HostsPinTest, hostThatEnds_takesItsDialogWithIt) {
    useWith({"hang"});
    const auto asked = test::start(context_, hosts_->call("a", token::VerifyPin{"T1", context()}));
    waitForDialog();
    EXPECT_EQ(signCode("a", "crash"), ErrorCode::driverCrashed);
    EXPECT_EQ(codeOf([&] { return test::finish(context_, asked); }), ErrorCode::driverCrashed);
    test::runUntil(context_, [&] { return ScriptedPinentry::isGone(script_.dialogs().at(0)); });
}

TEST_F(HostsPinTest, hostsThatGo_closeTheOpenDialog_S20) {
    useWith({"hang"});
    const auto asked = test::start(context_, hosts_->call("a", token::VerifyPin{"T1", context()}));
    waitForDialog();
    hosts_.reset();
    test::runUntil(context_, [&] { return ScriptedPinentry::isGone(script_.dialogs().at(0)); });
}

TEST_F(HostsPinTest, tokenPulledWhileItsDialogIsOpen_closesIt_S19) {
    useWith({"hang"}, R"({"tokens": ["T1", "T2"]})");
    const auto asked = test::start(context_, hosts_->call("a", token::VerifyPin{"T1", context()}));
    waitForDialog();
    EXPECT_EQ(signCode("a", "unplug"), ErrorCode::tokenRemoved);
    EXPECT_EQ(codeOf([&] { return test::finish(context_, asked); }), ErrorCode::tokenRemoved);
    test::runUntil(context_, [&] { return ScriptedPinentry::isGone(script_.dialogs().at(0)); });
}

TEST_F(HostsPinTest, keypadToken_isAskedWithoutADialogOfOurs) {
    useWith({}, R"({"keypad": true})");
    EXPECT_EQ(verify(), std::nullopt);
    EXPECT_TRUE(script_.dialogs().empty());
}

TEST_F(HostsPinTest, lastTryOnAKeypad_isConfirmedFirstToo_S18) {
    useWith({"cancel"}, R"({"keypad": true, "tries": 1})");
    EXPECT_EQ(codeOfCall(token::VerifyPin{"T1", own()}), ErrorCode::userCancelled);
    EXPECT_EQ(triesSeen(), 0U);
    EXPECT_EQ(script_.dialogs().size(), 1U);
}

TEST_F(HostsPinTest, callsOfOthersBesideAKeypad_waitAndTheHostLives_S39) {
    settings_.driverTimeout = std::chrono::milliseconds(200);
    const auto keypad = script_.folder() / "keypad";
    ASSERT_EQ(::mkfifo(keypad.c_str(), 0600), 0);
    useWith({}, nlohmann::json{{"keypad", true}, {"keypadPipe", keypad}, {"tokens", {"T1", "T2"}}}.dump());
    const auto asked = test::start(context_, hosts_->call("a", token::VerifyPin{"T1", context()}));
    const auto beside = test::start(context_, hosts_->call("a", signing("key", "T2")));
    boost::asio::steady_timer later(context_, std::chrono::milliseconds(1000));
    bool over = false;
    later.async_wait([&](const boost::system::error_code&) { over = true; });
    test::runUntil(context_, [&] { return over; });
    EXPECT_FALSE(asked->done);
    EXPECT_FALSE(beside->done);
    std::ofstream(keypad) << "pressed";
    (void)test::finish(context_, asked);
    EXPECT_EQ(test::finish(context_, beside), Bytes(32, 7));
    EXPECT_EQ(hosts_->status()[0].restarts, 0U);
}

class MeanwhileTest : public HostsPinTest {
  protected:
    token::PromptContext asker_ = context();
    /// The user answers only after something happened to the token while the dialog was open.
    std::optional<ErrorCode> verifyWhile(const std::vector<std::string>& happens,
                                         std::vector<std::string> answers, const std::string& options) {
        const auto answer = script_.folder() / "go";
        answers.insert(answers.begin(), "when " + answer.string());
        useWith(answers, options);
        (void)tokens();
        const auto asked = test::start(context_, hosts_->call("a", token::VerifyPin{"T1", asker_}));
        waitForDialog();
        for (const std::string& container : happens) (void)sign("a", container);
        std::ofstream(answer) << "now";
        return codeOf([&] { return test::finish(context_, asked); });
    }
};

TEST_F(MeanwhileTest, tryThatBecameTheLast_isNotUsedForAPage_S18) {
    EXPECT_EQ(verifyWhile({"wrong-pin"}, {"pin 123456"}, R"({"tries": 2})"), ErrorCode::rateLimited);
    EXPECT_EQ(script_.dialogs().size(), 1U);
    EXPECT_EQ(triesSeen(), 0U);
}

TEST_F(MeanwhileTest, tryThatBecameTheLast_isConfirmedBeforeItIsUsed_S18) {
    asker_ = own();
    EXPECT_EQ(verifyWhile({"wrong-pin"}, {"pin 123456", "cancel"}, R"({"tries": 2})"),
              ErrorCode::userCancelled);
    ASSERT_EQ(script_.dialogs().size(), 2U);
    EXPECT_EQ(script_.dialogs()[1]["kind"], "confirm");
    EXPECT_NE(script_.dialogs()[1]["text"].get<std::string>().find("last try"), std::string::npos);
    EXPECT_EQ(triesSeen(), 0U);
}

TEST_F(MeanwhileTest, pinThatWasLocked_isNotTried_S18) {
    EXPECT_EQ(verifyWhile({"wrong-pin", "wrong-pin"}, {"pin 123456"}, R"({"tries": 2})"),
              ErrorCode::pinLocked);
    EXPECT_EQ(triesSeen(), 0U);
}

TEST_F(MeanwhileTest, tokenThatWasOutAndIsInAgain_isNotTriedWithThePinOfTheOtherOne_S19) {
    EXPECT_EQ(verifyWhile({"replug"}, {"pin 123456", "pin 123456"}, "{}"), ErrorCode::tokenRemoved);
    EXPECT_EQ(triesSeen(), 0U);
    EXPECT_EQ(verify(), std::nullopt) << "the next dialog is about the one that is there now";
}

TEST_F(HostsPinTest, tokenThatWasOutUnnoticed_isToldAsRemovedAndInsertedBeforeTheNextLogin_S17) {
    useWith({"pin 123456"});
    (void)tokens();
    (void)sign("a", "replug");
    EXPECT_EQ(verify(), std::nullopt);
    ASSERT_EQ(changes_.size(), 2U) << "known when the answer comes";
    EXPECT_EQ(changes_[0].change, Change::removed);
    EXPECT_EQ(changes_[1].change, Change::inserted);
}

TEST_F(HostsPinTest, changedPin_works_theOldDoesNot) {
    useWith({"pin 123456", "pin 246810", "pin 123456", "pin 246810"});
    EXPECT_EQ(codeOfCall(token::ChangePin{"T1", context()}), std::nullopt);
    EXPECT_EQ(script_.dialogs().at(0)["label"], "Current PIN:");
    EXPECT_EQ(script_.dialogs().at(1)["label"], "New PIN:");
    EXPECT_EQ(verify(), ErrorCode::pinIncorrect);
    EXPECT_EQ(verify(), std::nullopt);
}

TEST_F(HostsPinTest, weakNewPin_isRefusedInTheDialog) {
    useWith({"pin 123456", "pin 111111", "pin 12345", "pin 555555", "pin 234567", "pin 246810"});
    EXPECT_EQ(codeOfCall(token::ChangePin{"T1", context()}), std::nullopt);
    EXPECT_EQ(script_.dialogs().at(2)["error"], "The new PIN must not be the one set by the factory.");
    EXPECT_EQ(triesSeen(), 1U);
}

TEST_F(HostsPinTest, changeWithTheWrongOldPin_costsOneTry_S18) {
    useWith({"pin 999999", "pin 246810"});
    EXPECT_EQ(codeOfCall(token::ChangePin{"T1", context()}), ErrorCode::pinIncorrect);
    EXPECT_EQ(triesSeen(), 1U);
}

TEST_F(HostsPinTest, lockedPin_isUnlockedWithTheAdministratorPin) {
    useWith({"pin 87654321", "pin 246810", "pin 246810"}, R"({"tries": 0})");
    EXPECT_EQ(codeOfCall(token::UnlockPin{"T1", context()}), std::nullopt);
    EXPECT_EQ(script_.dialogs().at(0)["label"], "Administrator PIN:");
    EXPECT_EQ(verify(), std::nullopt);
}

TEST_F(HostsPinTest, unlockWithTheWrongAdministratorPin_isThatPinsError) {
    useWith({"pin 00000000", "pin 246810"}, R"({"tries": 3})");
    try {
        (void)call("a", token::UnlockPin{"T1", context()});
        FAIL() << "unlocked";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
        EXPECT_TRUE(error.ofAdministratorPin()) << "told apart from a wrong user PIN";
        EXPECT_EQ(error.triesLeft(), 5U) << "the administrator's";
    }
    EXPECT_EQ(call("a", token::DescribeToken{"T1"}).pin.triesLeft, 3U) << "the user's are as they were";
}

TEST_F(HostsPinTest, weakNewPinOfAnUnlock_isRefusedInTheDialog) {
    useWith({"pin 87654321", "pin 111111", "pin 12345", "pin 555555", "pin 234567", "pin 246810"},
            R"({"tries": 0})");
    EXPECT_EQ(codeOfCall(token::UnlockPin{"T1", context()}), std::nullopt);
    EXPECT_EQ(script_.dialogs().at(2)["error"], "The new PIN must not be the one set by the factory.");
    EXPECT_EQ(script_.dialogs().size(), 6U);
}

TEST_F(HostsPinTest, lastTryOfTheAdministratorPin_isConfirmedFirst_S18) {
    useWith({"cancel", "ok", "pin 87654321", "pin 246810"}, R"({"tries": 0, "administratorTries": 1})");
    EXPECT_EQ(codeOfCall(token::UnlockPin{"T1", context()}), ErrorCode::userCancelled);
    EXPECT_NE(script_.dialogs().at(0)["text"].get<std::string>().find("last try of the administrator PIN"),
              std::string::npos);
    EXPECT_EQ(codeOfCall(token::UnlockPin{"T1", context()}), std::nullopt);
}

TEST_F(HostsPinTest, lockedAdministratorPin_isAnsweredWithoutADialog_S18) {
    useWith({}, R"({"tries": 0, "administratorTries": 0})");
    EXPECT_EQ(codeOfCall(token::UnlockPin{"T1", context()}), ErrorCode::pinLocked);
    EXPECT_TRUE(script_.dialogs().empty());
}

token::UnlockPinWith unlockWith(const std::string& pin, token::PromptContext prompt) {
    return {"T1", std::move(prompt), Secret::copyOf(pin)};
}

TEST_F(HostsPinTest, administratorPinOfTheRa_unlocksWithANewPinFromTheDialogAlone_S10) {
    useWith({"pin 111111", "pin 246810", "pin 246810"}, R"({"tries": 0})");
    EXPECT_EQ(codeOfCall(unlockWith("87654321", context())), std::nullopt);
    ASSERT_EQ(script_.dialogs().size(), 2U);
    for (const auto& dialog : script_.dialogs()) EXPECT_EQ(dialog["label"], "New PIN:");
    EXPECT_EQ(verify(), std::nullopt);
}

TEST_F(HostsPinTest, administratorPinOfTheRaOnAKeypad_asksForConsentFirst_S15) {
    useWith({"cancel", "ok"}, R"({"tries": 0, "keypad": true})");
    EXPECT_EQ(codeOfCall(unlockWith("87654321", context())), ErrorCode::userCancelled);
    EXPECT_EQ(codeOfCall(unlockWith("87654321", context())), std::nullopt);
    EXPECT_EQ(script_.dialogs().at(0)["kind"], "confirm");
}

TEST_F(HostsPinTest, administratorPinOfTheRa_isWipedOnBothSidesOfThePipe_S21) {
    if (::geteuid() != 0) GTEST_SKIP() << "reading another process needs root";
    const auto pin = [] {
        std::string text = "95284137";
        std::reverse(text.begin(), text.end());
        return text;
    };
    useWith({"hang", "pin 246810"}, R"({"tries": 0})");
    std::string sent = pin();
    const auto first = test::start(context_, hosts_->call("a", unlockWith(sent, context())));
    wipe(std::span<char>(sent));
    waitForDialog();
    const int host = test::childrenOf(::getpid()).at(0);
    std::string wanted = pin();
    // In the test's own text once, and in the pattern of the search.
    EXPECT_TRUE(memoryHolds(host, wanted)) << "the host needs it while its dialog is open";
    ::kill(host, SIGKILL);
    EXPECT_EQ(codeOf([&] { return test::finish(context_, first); }), ErrorCode::driverCrashed);
    wipe(std::span<char>(wanted));

    EXPECT_EQ(codeOfCall(unlockWith(pin(), context())), ErrorCode::pinIncorrect);
    const int next = hostPid("a");
    EXPECT_NE(next, host);
    EXPECT_FALSE(memoryHolds(next, pin()));
    EXPECT_TRUE(memoryHolds(next, "Label T1")) << "the search finds what is there";
}

TEST_F(HostsPinTest, pin_isNotInOurMemoryNorLeftInTheHosts_S21) {
    if (::geteuid() != 0) GTEST_SKIP() << "reading another process needs root";
    // The fake driver keeps the PIN that is right, so a wrong one is typed; its parts are joined only by the
    // script.
    script_.writeWrapper("UKEY_TEST_PIN=7391''5284");
    useWith({});
    EXPECT_EQ(verify(), ErrorCode::pinIncorrect);
    const std::string typed = [] {
        std::string text = "48251937";
        std::reverse(text.begin(), text.end());
        return text;
    }();
    const int host = hostPid("a");
    EXPECT_EQ(triesSeen(), 1U);
    EXPECT_FALSE(memoryHolds(host, typed));
    const std::string marker = "Label T1";
    EXPECT_TRUE(memoryHolds(host, marker)) << "the search finds what is there";
}

}  // namespace
}  // namespace ukey::hosts
