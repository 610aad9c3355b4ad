// ukey-prompt on screens of several kinds: twice as dense, and with a dark theme.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/daemon/ukeyd/screen_of_its_own.hpp"
#include "tests/support/await.hpp"
#include "tests/support/environment.hpp"
#include "tokenlib/prompt/dialog_text.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey::test {
namespace {

class Appearance : public testing::Test {
  protected:
    ~Appearance() override {
        ::unsetenv("GDK_SCALE");
        ::unsetenv("GTK_THEME");
    }

    static std::string ownWindow() {
        return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ukey-prompt";
    }
    std::shared_ptr<Started<Secret>> startPin(Language language) {
        prompt::DialogFacts facts;
        facts.language = language;
        facts.origin = "https://portal.example";
        facts.operation = "operation.login";
        facts.tokenLabel = "龙脉 GM3000";
        facts.tokenSerial = "2407-00815";
        facts.certificate = "王建国";
        facts.triesLeft = 5;
        const std::string acts = message(language, "allows.sign");
        facts.notes.push_back(message(language, "dialog.allows", {{"acts", acts}, {"minutes", "15"}}));
        prompt::Dialog dialog;
        dialog.language = language;
        dialog.text = prompt::dialogText(facts);
        dialog.model = "mToken GM3000";
        return start(context_, prompter_->pin(std::move(dialog)));
    }
    std::string answerable(Language language) {
        const std::string title = message(language, "dialog.title");
        runUntil(context_, [&] { return screen_.hasWindow(title); });
        const std::string window = screen_.waitForWindow(title);
        screen_.waitUntilAnswerable(window);
        return window;
    }
    void type(const std::string& pin) const {
        screen_.type(pin);
        screen_.press("Return");
    }
    void takePicture(const std::string& window, const std::string& name) const {
        if (const char* folder = std::getenv("UKEY_PICTURES_OF_WINDOWS"))
            screen_.takePicture(window, std::string(folder) + "/window-" + name + ".png");
    }

    ScreenOfItsOwn screen_{"1600x1300"};
    boost::asio::io_context context_;
    std::unique_ptr<prompt::Prompter> prompter_ =
        prompt::makePrompter(context_.get_executor(), {ownWindow(), "", ""});
};

TEST_F(Appearance, screenTwiceAsDense_showsItTwiceAsLargeAndWhole) {
    const auto plain = startPin(Language::english);
    const auto [width, height] = screen_.sizeOf(answerable(Language::english));
    type("246810");
    EXPECT_EQ(finish(context_, plain).text(), "246810");

    setEnvironment("GDK_SCALE", "2");
    const auto dense = startPin(Language::english);
    const std::string large = answerable(Language::english);
    const auto [wide, high] = screen_.sizeOf(large);
    EXPECT_NEAR(wide, 2 * width, width / 5.0);
    EXPECT_NEAR(high, 2 * height, height / 5.0);
    EXPECT_LE(wide, 1600);
    EXPECT_LE(high, 1300);
    takePicture(large, "pin-200-en");
    type("135790");
    EXPECT_EQ(finish(context_, dense).text(), "135790");
}

TEST_F(Appearance, darkTheme_isDark) {
    const auto light = startPin(Language::chinese);
    EXPECT_GT(screen_.lightnessOf(answerable(Language::chinese)), 0.7);
    type("1");
    (void)finish(context_, light);

    setEnvironment("GTK_THEME", "Adwaita:dark");
    const auto dark = startPin(Language::chinese);
    const std::string window = answerable(Language::chinese);
    EXPECT_LT(screen_.lightnessOf(window), 0.4);
    takePicture(window, "pin-dark-zh-CN");
    type("2");
    EXPECT_EQ(finish(context_, dark).text(), "2");
}

}  // namespace
}  // namespace ukey::test
