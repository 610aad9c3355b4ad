// The dialogs of Windows on a screen, with keys and clicks as a user makes them.
#include <windows.h>
//
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cstdlib>
#include <optional>

#include "tests/support/await.hpp"
#include "tests/support/platform/windows/hands.hpp"
#include "tokenlib/models/pictures.hpp"
#include "tokenlib/prompt/dialog_text.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey::prompt {
namespace {

using test::clickOn;
using test::codeOf;
using test::controlsOf;
using test::dialogTitled;
using test::finish;
using test::focusIn;
using test::groundOf;
using test::press;
using test::runUntil;
using test::says;
using test::start;
using test::takePicture;
using test::textOf;
using test::type;

class DialogWindow : public testing::Test {
  protected:
    ~DialogWindow() override { context_.stop(); }

    static Dialog dialogIn(Language language, std::string_view pageText = "") {
        DialogFacts facts;
        facts.language = language;
        facts.origin = "https://portal.example";
        facts.operation = "operation.sign";
        facts.tokenLabel = "张三 & 李四";
        facts.tokenSerial = "2407-00815";
        facts.certificate = "CN=张三,O=某某置业有限公司,C=CN";
        facts.pageText = pageText;
        facts.triesLeft = 5;
        Dialog dialog;
        dialog.language = language;
        dialog.text = dialogText(facts);
        dialog.model = "mToken K7";
        return dialog;
    }
    static HWND controlThatSays(HWND window, const std::string& text) {
        for (const HWND control : controlsOf(window))
            if (textOf(control) == text) return control;
        return nullptr;
    }

    HWND waitForWindow(Language language) {
        const std::string title = message(language, "dialog.title");
        HWND window = nullptr;
        runUntil(context_, [&] { return (window = dialogTitled(title)) != nullptr; });
        return window;
    }
    HWND waitUntilAnswerable(Language language) {
        const HWND window = waitForWindow(language);
        runUntil(context_, [&] { return says(window, message(language, "prompt.ready")); });
        return window;
    }
    bool isOpen() const {
        return dialogTitled("Ukey Bridge") != nullptr || dialogTitled("Ukey 助手") != nullptr;
    }
    static HWND buttonOf(HWND window, Language language, const char* key) {
        for (const HWND button : controlsOf(window, "Button"))
            if (textOf(button) == message(language, key)) return button;
        return nullptr;
    }
    /// A sign that the window took what was typed so far.
    void waitForFocus(HWND window, HWND control) {
        runUntil(context_, [&] { return focusIn(window) == control; });
    }
    void waitForText(HWND control, const std::string& text) {
        runUntil(context_, [&] { return textOf(control) == text; });
    }
    static void picture(HWND window, const std::string& name, Language language) {
        if (const char* folder = std::getenv("UKEY_PICTURES_OF_WINDOWS")) {
            ::UpdateWindow(window);
            takePicture(window, std::string(folder) + "/windows-" + name + "-" +
                                    std::string(toString(language)) + ".bmp");
        }
    }
    std::shared_ptr<test::Started<void>> startConfirm(Language language) {
        Dialog dialog = dialogIn(language);
        dialog.ok = message(language, "dialog.allow");
        dialog.cancel = message(language, "dialog.deny");
        return start(context_, prompter_->confirm(std::move(dialog)));
    }

    boost::asio::io_context context_;
    std::unique_ptr<Prompter> prompter_ =
        makePrompter(context_.get_executor(), {"", "", "", models::pictureOf});
};

class DialogWindowIn : public DialogWindow, public testing::WithParamInterface<Language> {};
INSTANTIATE_TEST_SUITE_P(Languages, DialogWindowIn, testing::Values(Language::chinese, Language::english),
                         [](const auto& instance) {
                             return instance.param == Language::chinese ? "Chinese" : "English";
                         });

TEST_P(DialogWindowIn, pin_typed_isReturned_S11) {
    auto asked = start(context_, prompter_->pin(dialogIn(GetParam())));
    const HWND window = waitUntilAnswerable(GetParam());
    EXPECT_TRUE(says(window, "https://portal.example"));
    EXPECT_TRUE(says(window, message(GetParam(), "operation.sign")));
    type("Ab12");
    waitForText(controlsOf(window, "Edit").at(0), "Ab12");
    picture(window, "pin", GetParam());
    press(VK_RETURN);
    EXPECT_EQ(finish(context_, asked).text(), "Ab12");
    EXPECT_FALSE(isOpen());
}

TEST_P(DialogWindowIn, newPin_asksAgainUntilItIsGoodAndTwiceTheSame) {
    const std::string refusal = message(GetParam(), "dialog.pin-run");
    NewPinCheck check = [&](const Secret& pin) { return pin.text() == "123456" ? refusal : std::string(); };
    auto asked = start(context_, prompter_->newPin(dialogIn(GetParam()), std::move(check)));
    const HWND window = waitUntilAnswerable(GetParam());
    const auto fields = controlsOf(window, "Edit");
    ASSERT_EQ(fields.size(), 2U);
    type("123456");
    press(VK_RETURN);  // To the second field.
    type("123457");
    press(VK_RETURN);
    runUntil(context_, [&] { return says(window, message(GetParam(), "dialog.pins-differ")); });
    waitForText(fields[1], "");
    press(VK_TAB);
    type("123456");
    press(VK_RETURN);
    runUntil(context_, [&] { return says(window, refusal); });
    picture(window, "new-pin", GetParam());
    waitForText(fields[0], "");
    type("274951");
    press(VK_TAB);
    type("274951");
    press(VK_RETURN);
    EXPECT_EQ(finish(context_, asked).text(), "274951");
}

TEST_P(DialogWindowIn, confirm_isAnsweredByItsButtonsAlone_S14) {
    auto asked = startConfirm(GetParam());
    const HWND window = waitUntilAnswerable(GetParam());
    EXPECT_EQ(focusIn(window), window) << "no button has it before the user gives it to one";
    press(VK_RETURN);
    press(VK_TAB);
    waitForFocus(window, buttonOf(window, GetParam(), "dialog.allow"));
    EXPECT_FALSE(asked->done) << "Enter is neither yes nor no";
    picture(window, "confirm", GetParam());
    // Under wine the space bar's press loses the button before it is let go.
    press(VK_RETURN);
    finish(context_, asked);

    auto refused = startConfirm(GetParam());
    const HWND second = waitUntilAnswerable(GetParam());
    clickOn(buttonOf(second, GetParam(), "dialog.deny"));
    EXPECT_EQ(codeOf([&] { finish(context_, refused); }), ErrorCode::userCancelled);
}

TEST_P(DialogWindowIn, choice_isTheOneThatStandsThere) {
    Dialog dialog = dialogIn(GetParam());
    dialog.label = "Ukey";
    auto asked = start(context_, prompter_->choose(dialog, {"K7 0001", "K7 0002", "张三 0003"}));
    const HWND window = waitUntilAnswerable(GetParam());
    press(VK_DOWN);
    press(VK_DOWN);
    const HWND list = controlsOf(window, "ListBox").at(0);
    runUntil(context_, [&] { return ::SendMessageW(list, LB_GETCURSEL, 0, 0) == 2; });
    picture(window, "choose", GetParam());
    press(VK_RETURN);
    EXPECT_EQ(finish(context_, asked), 2U);
}

TEST_P(DialogWindowIn, message_isSeenHoweverItIsClosed) {
    auto asked = start(context_, prompter_->message(dialogIn(GetParam())));
    const HWND window = waitUntilAnswerable(GetParam());
    EXPECT_EQ(controlsOf(window, "Button").size(), 1U);
    press(VK_ESCAPE);
    EXPECT_NO_THROW(finish(context_, asked));
}

TEST_P(DialogWindowIn, pagesText_standsInAFrameOfItsOwn_S11) {
    auto asked = start(context_, prompter_->confirm(dialogIn(GetParam(), "Site: https://bank.example & co")));
    const HWND window = waitUntilAnswerable(GetParam());
    int framed = 0;
    const COLORREF ours = groundOf(controlsOf(window, "Static").at(0));
    for (const HWND control : controlsOf(window, "Static")) {
        const bool hasFrame = groundOf(control) != ours;
        framed += hasFrame ? 1 : 0;
        EXPECT_EQ(textOf(control).find("bank.example") != std::string::npos, hasFrame) << textOf(control);
    }
    EXPECT_EQ(framed, 1);
    picture(window, "page-text", GetParam());
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_P(DialogWindowIn, fields_areNamedByTheLabelBeforeThem) {
    auto asked = start(context_, prompter_->newPin(dialogIn(GetParam()), {}));
    const HWND window = waitUntilAnswerable(GetParam());
    const auto all = controlsOf(window);
    std::vector<std::string> names;
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (::SendMessageW(all[i], EM_GETPASSWORDCHAR, 0, 0) != 0) names.push_back(textOf(all[i - 1]));
    }
    EXPECT_THAT(names, testing::ElementsAre(message(GetParam(), "dialog.new-pin"),
                                            message(GetParam(), "dialog.repeat-pin")));
    // In the order of the Tab key.
    std::vector<std::string> order;
    HWND control = nullptr;
    for (int i = 0; i < 4; ++i) {
        control = ::GetNextDlgTabItem(window, control, FALSE);
        order.push_back(textOf(control));
    }
    EXPECT_THAT(order, testing::ElementsAre("", "", message(GetParam(), "dialog.ok"),
                                            message(GetParam(), "dialog.cancel")));
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_F(DialogWindow, ukey_isPicturedAndNamed) {
    auto asked = start(context_, prompter_->confirm(dialogIn(Language::english)));
    const HWND window = waitUntilAnswerable(Language::english);
    const HWND picture = controlThatSays(window, "mToken K7");
    ASSERT_NE(picture, nullptr);
    RECT area{};
    ::GetWindowRect(picture, &area);
    const int scaling = static_cast<int>(::GetDpiForWindow(window));
    EXPECT_EQ(area.right - area.left, ::MulDiv(120, scaling, 96));
    EXPECT_EQ(area.bottom - area.top, ::MulDiv(72, scaling, 96));
    // Its black body, seven eighths to the right and not in the middle, where a line is.
    const COLORREF body = test::colourAt(picture, 0.875, 0.45);
    EXPECT_NEAR(GetRValue(body), 0x34, 12);
    EXPECT_NEAR(GetBValue(body), 0x46, 12);
    EXPECT_EQ(test::colourAt(picture, 0.5, 0.04), ::GetSysColor(COLOR_WINDOW)) << "around it is nothing";
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_F(DialogWindow, modelWithoutAPicture_isShownWithoutOne) {
    Dialog dialog = dialogIn(Language::english);
    dialog.model = "Nobody's";
    auto asked = start(context_, prompter_->confirm(std::move(dialog)));
    const HWND window = waitUntilAnswerable(Language::english);
    EXPECT_EQ(controlThatSays(window, "Nobody's"), nullptr);
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_F(DialogWindow, keysTypedWhileItOpens_areNoPin_S14) {
    auto asked = start(context_, prompter_->pin(dialogIn(Language::english)));
    const HWND window = waitForWindow(Language::english);
    for (int i = 0; i < 10; ++i) type("8");
    press(VK_RETURN);
    waitUntilAnswerable(Language::english);
    type("1234");
    waitForText(controlsOf(window, "Edit").at(0), "1234");
    press(VK_RETURN);
    EXPECT_EQ(finish(context_, asked).text(), "1234");
}

TEST_F(DialogWindow, clickWhileItOpens_grantsNothing_S14) {
    auto asked = startConfirm(Language::english);
    const HWND window = waitForWindow(Language::english);
    clickOn(buttonOf(window, Language::english, "dialog.allow"));
    waitUntilAnswerable(Language::english);
    EXPECT_FALSE(asked->done);
    clickOn(buttonOf(window, Language::english, "dialog.allow"));
    EXPECT_NO_THROW(finish(context_, asked));
}

TEST_F(DialogWindow, textTypedIntoAQuestion_isAskedForNowhereAndTakesTheWaitBack_S14) {
    auto asked = startConfirm(Language::english);
    const HWND window = waitUntilAnswerable(Language::english);
    type("a");
    runUntil(context_, [&] { return says(window, message(Language::english, "prompt.wait")); });
    press(VK_TAB);
    press(VK_SPACE);
    waitUntilAnswerable(Language::english);
    EXPECT_FALSE(asked->done);
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_F(DialogWindow, keysAreAskedForAnewAfterAnotherWindowHadThem_S14) {
    auto asked = startConfirm(Language::english);
    const HWND window = waitUntilAnswerable(Language::english);
    const HWND other = ::CreateWindowExW(0, L"STATIC", L"another", WS_POPUP | WS_VISIBLE, 0, 0, 50, 50,
                                         nullptr, nullptr, nullptr, nullptr);
    ::SetForegroundWindow(other);
    runUntil(context_, [&] { return says(window, message(Language::english, "prompt.wait")); });
    ::SetForegroundWindow(window);
    press(VK_TAB);
    press(VK_SPACE);
    waitUntilAnswerable(Language::english);
    EXPECT_FALSE(asked->done);
    ::DestroyWindow(other);
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_F(DialogWindow, windowBehindAnother_isToldUntilItIsInFront) {
    std::vector<bool> told;
    Dialog dialog = dialogIn(Language::english);
    dialog.onOverlooked = [&](bool isOverlooked) { told.push_back(isOverlooked); };
    auto asked = start(context_, prompter_->confirm(std::move(dialog)));
    const HWND window = waitUntilAnswerable(Language::english);
    EXPECT_THAT(told, testing::IsEmpty());
    const HWND other = ::CreateWindowExW(0, L"STATIC", L"another", WS_POPUP | WS_VISIBLE, 0, 0, 50, 50,
                                         nullptr, nullptr, nullptr, nullptr);
    ::SetForegroundWindow(other);
    runUntil(context_, [&] { return told.size() == 1; });
    ::DestroyWindow(other);
    clickOn(controlThatSays(window, "mToken K7"));
    runUntil(context_, [&] { return told.size() == 2; });
    EXPECT_THAT(told, testing::ElementsAre(true, false));
    waitUntilAnswerable(Language::english);
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_F(DialogWindow, buttonPressedByAProgram_isNoAnswerBeforeItCanBeSeen_S14) {
    auto asked = startConfirm(Language::english);
    const HWND window = waitForWindow(Language::english);
    ::SendMessageW(buttonOf(window, Language::english, "dialog.allow"), BM_CLICK, 0, 0);
    EXPECT_TRUE(isOpen());
    waitUntilAnswerable(Language::english);
    EXPECT_FALSE(asked->done);
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_F(DialogWindow, timeOver_isNoCancel_S19) {
    Dialog dialog = dialogIn(Language::english);
    dialog.timeout = std::chrono::seconds(1);
    auto asked = start(context_, prompter_->pin(dialog));
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::promptTimeout);
    EXPECT_FALSE(isOpen());
}

TEST_F(DialogWindow, requestWithdrawn_closesItAtOnce_S20) {
    boost::asio::cancellation_signal signal;
    std::optional<ErrorCode> code;
    boost::asio::co_spawn(context_, prompter_->confirm(dialogIn(Language::english)),
                          boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error) {
                              code = codeOf([&] { std::rethrow_exception(error); });
                          }));
    waitForWindow(Language::english);
    signal.emit(boost::asio::cancellation_type::terminal);
    runUntil(context_, [&] { return code.has_value(); });
    EXPECT_EQ(code, ErrorCode::userCancelled);
    EXPECT_FALSE(isOpen());
}

TEST_F(DialogWindow, contextThatEnds_closesIt_S20) {
    std::optional<boost::asio::io_context> context(std::in_place);
    const auto prompter = makePrompter(context->get_executor(), {});
    auto asked = start(*context, prompter->pin(dialogIn(Language::english)));
    runUntil(*context, [&] { return dialogTitled("Ukey Bridge") != nullptr; });
    context.reset();
    EXPECT_FALSE(isOpen());
    EXPECT_FALSE(asked->done);
}

TEST_F(DialogWindow, newPinRefusedAgainAndAgain_isACancel) {
    int checks = 0;
    NewPinCheck never = [&](const Secret&) { return "no " + std::to_string(++checks); };
    auto asked = start(context_, prompter_->newPin(dialogIn(Language::english), std::move(never)));
    const HWND window = waitUntilAnswerable(Language::english);
    for (int round = 1; round <= kNewPinRounds; ++round) {
        type("1");
        press(VK_RETURN);
        type("1");
        press(VK_RETURN);
        if (round < kNewPinRounds)
            runUntil(context_, [&] { return says(window, "no " + std::to_string(round)); });
    }
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
    EXPECT_EQ(checks, kNewPinRounds);
}

TEST_F(DialogWindow, checkThatThrows_isTheCallersError) {
    NewPinCheck broken = [](const Secret&) -> std::string { throw Error(ErrorCode::internal, "broken"); };
    auto asked = start(context_, prompter_->newPin(dialogIn(Language::english), std::move(broken)));
    waitUntilAnswerable(Language::english);
    type("1");
    press(VK_RETURN);
    type("1");
    press(VK_RETURN);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::internal);
    EXPECT_FALSE(isOpen());
}

TEST_F(DialogWindow, longNameAndText_stayOnTheScreenAndWhole_S13) {
    const std::string origin = "https://" + std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                               std::string(60, 'c') + ".stranger.example";
    const std::string pageText(2000, 'w');
    DialogFacts facts;
    facts.language = Language::chinese;
    facts.origin = origin;
    facts.operation = "operation.access";
    facts.pageText = pageText;
    Dialog dialog;
    dialog.language = Language::chinese;
    dialog.text = dialogText(facts);
    auto asked = start(context_, prompter_->confirm(dialog));
    const HWND window = waitUntilAnswerable(Language::chinese);
    RECT screen{};
    ::SystemParametersInfoW(SPI_GETWORKAREA, 0, &screen, 0);
    RECT area{};
    ::GetWindowRect(window, &area);
    EXPECT_GE(area.left, screen.left);
    EXPECT_GE(area.top, screen.top);
    EXPECT_LE(area.right, screen.right);
    EXPECT_LE(area.bottom, screen.bottom);
    EXPECT_TRUE(says(window, origin));
    picture(window, "long", Language::chinese);
    press(VK_ESCAPE);
    EXPECT_EQ(codeOf([&] { finish(context_, asked); }), ErrorCode::userCancelled);
}

TEST_F(DialogWindow, nothingToChooseFrom_isTheCallersError) {
    EXPECT_EQ(codeOf([&] { test::await(context_, prompter_->choose({}, {})); }), ErrorCode::internal);
}

}  // namespace
}  // namespace ukey::prompt
