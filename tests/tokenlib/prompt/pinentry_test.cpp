// Through a real pinentry process, which answers from a script.
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cstdlib>
#include <map>
#include <string>

#include "tests/support/await.hpp"
#include "tests/support/scripted_pinentry.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey::prompt {
namespace {

using test::await;
using test::codeOf;
using test::ScriptedPinentry;

class PinentryTest : public testing::Test {
  protected:
    std::unique_ptr<Prompter> prompter(const ScriptedPinentry& script) {
        return makePrompter(context_.get_executor(), {script.program(), "", ""});
    }
    std::string pinFrom(const ScriptedPinentry& script, const Dialog& dialog = {}) {
        return std::string(await(context_, prompter(script)->pin(dialog)).text());
    }
    std::string newPinFrom(const ScriptedPinentry& script, const NewPinCheck& check = acceptAll) {
        return std::string(await(context_, prompter(script)->newPin({}, check)).text());
    }
    static std::string acceptAll(const Secret&) { return {}; }

    boost::asio::io_context context_;
};

TEST_F(PinentryTest, pin_typed_isReturnedUnescaped) {
    const ScriptedPinentry script({"pin 12%34 56水"});
    EXPECT_EQ(pinFrom(script), "12%34 56水");
}

TEST_F(PinentryTest, pin_empty_isEmpty) {
    const ScriptedPinentry script({"pin"});
    EXPECT_EQ(pinFrom(script), "");
}

TEST_F(PinentryTest, dialog_showsWhatItWasGiven_S11) {
    const ScriptedPinentry script({"pin 1"});
    Dialog dialog;
    dialog.language = Language::chinese;
    dialog.text = "网站：https://a.example\n100% sure";
    dialog.error = "密码错误";
    dialog.timeout = std::chrono::seconds(77);
    (void)pinFrom(script, dialog);
    const auto shown = script.dialogs().at(0);
    EXPECT_EQ(shown["kind"], "pin");
    EXPECT_EQ(shown["text"], dialog.text);
    EXPECT_EQ(shown["error"], "密码错误");
    EXPECT_EQ(shown["label"], "密码:");
    EXPECT_EQ(shown["ok"], "确定");
    EXPECT_EQ(shown["cancel"], "取消");
    EXPECT_EQ(shown["title"], "Ukey 助手");
    EXPECT_EQ(shown["timeout"], "77");
    EXPECT_TRUE(shown["options"].contains("grab"));
}

TEST_F(PinentryTest, textsOfTheProgramsOwn_areOursInTheUsersLanguage_S11) {
    for (const Language language : {Language::chinese, Language::english}) {
        const ScriptedPinentry script({"pin 1"});
        Dialog dialog;
        dialog.language = language;
        (void)pinFrom(script, dialog);
        const auto options = script.dialogs().at(0).at("options");
        for (const auto& [option, key] :
             std::map<std::string, const char*>{{"default-ok", "dialog.ok"},
                                                {"default-cancel", "dialog.cancel"},
                                                {"default-prompt", "dialog.pin"},
                                                {"default-tt-visi", "dialog.make-visible"},
                                                {"default-tt-hide", "dialog.hide"},
                                                {"default-cf-visi", "dialog.confirm-visible"},
                                                {"default-capshint", "dialog.caps-lock"}})
            EXPECT_EQ(options.value(option, ""), message(language, key)) << option;
        EXPECT_EQ(options.at("lc-messages"), language == Language::chinese ? "zh_CN.UTF-8" : "C.UTF-8");
    }
}

TEST_F(PinentryTest, windowThatIsOverlooked_isToldAndWhenItIsBack) {
    const ScriptedPinentry script({"overlooked", "in-sight", "pin 1"});
    std::vector<bool> told;
    Dialog dialog;
    dialog.onOverlooked = [&](bool isOverlooked) { told.push_back(isOverlooked); };
    EXPECT_EQ(pinFrom(script, dialog), "1");
    EXPECT_EQ(told, (std::vector<bool>{true, false}));
}

TEST_F(PinentryTest, cancelTimeoutAndFailure_areToldApart_S19) {
    const std::pair<const char*, ErrorCode> cases[] = {
        {"cancel", ErrorCode::userCancelled},   {"timeout", ErrorCode::promptTimeout},
        {"exit", ErrorCode::promptUnavailable}, {"garbage", ErrorCode::promptUnavailable},
        {"long", ErrorCode::promptUnavailable}, {"error 83886340", ErrorCode::promptUnavailable}};
    for (const auto& [answer, code] : cases) {
        const ScriptedPinentry script({answer});
        EXPECT_EQ(codeOf([&] { return pinFrom(script); }), code) << answer;
    }
}

TEST_F(PinentryTest, programThatIgnoresTheTimeout_isEnded_S19) {
    const ScriptedPinentry script({"hang"});
    Dialog dialog;
    dialog.timeout = std::chrono::seconds(0);
    EXPECT_EQ(codeOf([&] { return pinFrom(script, dialog); }), ErrorCode::promptTimeout);
    const auto shown = script.dialogs().at(0);
    test::runUntil(context_, [&] { return ScriptedPinentry::isGone(shown); });
}

TEST_F(PinentryTest, missingProgram_isUnavailable) {
    auto missing = makePrompter(context_.get_executor(), {"/nonexistent/pinentry", "", ""});
    EXPECT_EQ(codeOf([&] { return await(context_, missing->pin({})); }), ErrorCode::promptUnavailable);
}

TEST_F(PinentryTest, neitherDisplayNorTerminal_isUnavailable) {
    ::unsetenv("DISPLAY");
    ::unsetenv("WAYLAND_DISPLAY");
    auto nowhere = makePrompter(context_.get_executor(), {"", "", ""});
    EXPECT_EQ(codeOf([&] { return await(context_, nowhere->pin({})); }), ErrorCode::promptUnavailable);
}

TEST_F(PinentryTest, cancelledCoroutine_closesTheDialogAtOnce_S20) {
    const ScriptedPinentry script({"hang"});
    const auto shown = prompter(script);
    boost::asio::cancellation_signal signal;
    std::optional<ErrorCode> code;
    boost::asio::co_spawn(context_, shown->pin({}),
                          boost::asio::bind_cancellation_slot(
                              signal.slot(), [&](const std::exception_ptr& error, const Secret&) {
                                  code = codeOf([&] {
                                      if (error) std::rethrow_exception(error);
                                      return 0;
                                  });
                              }));
    test::runUntil(context_, [&] { return !script.dialogs().empty(); });
    signal.emit(boost::asio::cancellation_type::terminal);
    test::runUntil(context_, [&] { return code.has_value(); });
    EXPECT_EQ(code, ErrorCode::userCancelled);
    context_.restart();
    context_.run();  // Ends when the process is reaped.
    EXPECT_TRUE(ScriptedPinentry::isGone(script.dialogs().at(0)));
}

TEST_F(PinentryTest, newPin_repeatedByTheProgram_isAskedOnce) {
    const ScriptedPinentry script({"pin 246810"});
    EXPECT_EQ(newPinFrom(script), "246810");
    ASSERT_EQ(script.dialogs().size(), 1U);
    EXPECT_EQ(script.dialogs()[0]["label"], "New PIN:");
    EXPECT_EQ(script.dialogs()[0]["repeat"], "New PIN again:") << "two fields of one form";
}

TEST_F(PinentryTest, newPin_programWithoutRepeat_isAskedTwice) {
    ScriptedPinentry script({"pin 246810", "pin 246810"});
    script.writeWrapper("UKEY_TEST_PINENTRY_NO_REPEAT=1");
    EXPECT_EQ(newPinFrom(script), "246810");
    ASSERT_EQ(script.dialogs().size(), 2U);
    EXPECT_EQ(script.dialogs()[1]["label"], "New PIN again:");
}

TEST_F(PinentryTest, newPin_entriesThatDiffer_areAskedAgain) {
    ScriptedPinentry script({"pin 246810", "pin 246811", "pin 135790", "pin 135790"});
    script.writeWrapper("UKEY_TEST_PINENTRY_NO_REPEAT=1");
    EXPECT_EQ(newPinFrom(script), "135790");
    EXPECT_EQ(script.dialogs().at(2)["error"], "The two new PINs are not the same.");
}

TEST_F(PinentryTest, newPin_refusedByTheCheck_isAskedAgainWithTheReason) {
    const ScriptedPinentry script({"pin 111111", "pin 246810"});
    EXPECT_EQ(newPinFrom(script, [](const Secret& pin) { return pin.text() == "111111" ? "too easy" : ""; }),
              "246810");
    EXPECT_EQ(script.dialogs().at(1)["error"], "too easy");
}

TEST_F(PinentryTest, newPin_neverAcceptable_givesUp) {
    const ScriptedPinentry script(std::vector<std::string>(10, "pin 1"));
    EXPECT_EQ(codeOf([&] { return newPinFrom(script, [](const Secret&) { return "no"; }); }),
              ErrorCode::userCancelled);
    EXPECT_LT(script.dialogs().size(), 10U);
}

TEST_F(PinentryTest, confirm_okReturns_anythingElseIsTheUsersNo) {
    const ScriptedPinentry script({"ok", "cancel", "no"});
    const auto asked = prompter(script);
    await(context_, asked->confirm({}));
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(codeOf([&] {
                      await(context_, asked->confirm({}));
                      return 0;
                  }),
                  ErrorCode::userCancelled);
    }
    EXPECT_EQ(script.dialogs()[0]["kind"], "confirm");
}

TEST_F(PinentryTest, message_isShown_howeverItIsClosed) {
    const ScriptedPinentry script({"ok", "cancel"});
    const auto shown = prompter(script);
    Dialog dialog;
    dialog.text = "done";
    await(context_, shown->message(dialog));
    await(context_, shown->message(dialog));
    EXPECT_EQ(script.dialogs().at(1)["text"], "done");
}

TEST_F(PinentryTest, choose_ofTwo_areTwoButtons) {
    const ScriptedPinentry script({"ok", "no", "cancel"});
    const auto asked = prompter(script);
    EXPECT_EQ(await(context_, asked->choose({}, {"Once", "Always"})), 0U);
    EXPECT_EQ(await(context_, asked->choose({}, {"Once", "Always"})), 1U);
    EXPECT_EQ(codeOf([&] {
                  return await(context_, asked->choose({}, {"Once", "Always"}));
              }),
              ErrorCode::userCancelled);
    EXPECT_EQ(script.dialogs()[0]["ok"], "Once");
    EXPECT_EQ(script.dialogs()[0]["notok"], "Always");
}

TEST_F(PinentryTest, choose_ofMany_goesThroughThem) {
    const ScriptedPinentry script({"no", "no", "no", "no", "ok"});
    EXPECT_EQ(await(context_, prompter(script)->choose({}, {"a", "b", "c"})), 1U);
    EXPECT_NE(script.dialogs().at(4)["text"].get<std::string>().find("2/3  b"), std::string::npos);
}

TEST_F(PinentryTest, environmentOfTheProgram_hasNothingButWhatItNeeds) {
    ::setenv("UKEY_TEST_MARK", "1", 1);
    ::setenv("SECRET_OF_OURS", "1", 1);
    ScriptedPinentry script;
    const auto dump = script.folder() / "environment";
    std::ofstream(script.folder() / "pinentry") << "#!/bin/sh\nenv > " << dump.string() << "\n";
    EXPECT_EQ(codeOf([&] { return pinFrom(script); }), ErrorCode::promptUnavailable);
    std::ifstream file(dump);
    const std::string all((std::istreambuf_iterator<char>(file)), {});
    EXPECT_NE(all.find("UKEY_TEST_MARK=1"), std::string::npos);
    EXPECT_EQ(all.find("SECRET_OF_OURS"), std::string::npos);
}

}  // namespace
}  // namespace ukey::prompt
