// ukey-prompt beside a window that has the keyboard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/daemon/ukeyd/screen_of_its_own.hpp"
#include "tests/support/await.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class OverlookedWindow : public testing::Test {
  protected:
    std::unique_ptr<prompt::Prompter> prompter() {
        const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ukey-prompt";
        return prompt::makePrompter(context_.get_executor(), {program, "", ""});
    }
    static prompt::Dialog dialogIn(Language language, std::vector<bool>& told) {
        prompt::Dialog dialog;
        dialog.language = language;
        dialog.text = "?";
        dialog.onOverlooked = [&told](bool isOverlooked) { told.push_back(isOverlooked); };
        return dialog;
    }
    std::string windowIn(Language language) {
        const std::string title = message(language, "dialog.title");
        runUntil(context_, [&] { return screen_.hasWindow(title); });
        return screen_.waitForWindow(title);
    }
    void type(const std::string& pin) const {
        screen_.type(pin);
        screen_.press("Return");
    }

    ScreenOfItsOwn screen_;
    boost::asio::io_context context_;
};

TEST_F(OverlookedWindow, windowThatAnotherKeepsFromTheKeyboard_saysSoUntilItHasIt) {
    std::vector<bool> toldByFirst;
    std::vector<bool> toldBySecond;
    const auto first = prompter();
    const auto second = prompter();
    const auto asked = start(context_, first->pin(dialogIn(Language::english, toldByFirst)));
    screen_.waitUntilAnswerable(windowIn(Language::english));
    const auto waiting = start(context_, second->pin(dialogIn(Language::chinese, toldBySecond)));
    runUntil(context_, [&] { return !toldBySecond.empty(); });
    EXPECT_THAT(toldBySecond, ElementsAre(true));

    type("246810");
    EXPECT_EQ(finish(context_, asked).text(), "246810");
    EXPECT_THAT(toldByFirst, IsEmpty()) << "it had the keyboard all the time";
    screen_.focus(windowIn(Language::chinese));
    runUntil(context_, [&] { return toldBySecond.size() == 2; });
    EXPECT_THAT(toldBySecond, ElementsAre(true, false));
    screen_.waitUntilAnswerable(windowIn(Language::chinese));
    type("135790");
    EXPECT_EQ(finish(context_, waiting).text(), "135790");
}

}  // namespace
}  // namespace ukey::test
