// ukey-prompt on a screen (Xvfb), with a keyboard and a pointer of the test's own: what is typed into a page
// or clicked there answers nothing, and long texts and both languages fit.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/daemon/ukeyd/screen_of_its_own.hpp"
#include "tests/daemon/ukeyd/soft_token.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

constexpr auto kStranger = "https://stranger.example";

std::string ownWindow() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ukey-prompt";
}

class RealWindow : public testing::Test {
  protected:
    RealWindow() {
        if (!std::filesystem::exists(ownWindow())) return;
        daemon_.emplace(json{{"pinentry", ownWindow()}, {"unknownOrigins", "ask"}});
        mintSoftToken(daemon_->folder());
        client_.emplace(daemon_->port());
        client_->hello();
        token_ = holdersToken(*client_);
    }
    void SetUp() override {
        if (!daemon_) GTEST_SKIP() << "built without GTK 3";
    }
    /// The page has seen whose Ukey it is, as pages do, so the window names the holder.
    static std::string holdersToken(Client& client) {
        const std::string token = waitForToken(client);
        client.result("certificates.list", {{"token", token}});
        return token;
    }
    int startLogin() { return client_->start("pin.verify", {{"token", token_}}); }
    static std::string outcomeOf(Client& client, int call) {
        const json answer = client.finish(call);
        return answer.contains("error") ? answer.at("error").at("data").at("code").get<std::string>() : "";
    }
    static int startAsking(Client& stranger) {
        return stranger.start("bridge.requestAccess", {{"scopes", {"tokens", "certificates", "sign"}}});
    }
    /// Types until the window is there, as somebody who fills a form in.
    std::string windowUnderTyping(const std::string& keys) const {
        while (!screen_.hasWindow(kTitle)) screen_.press(keys);
        const std::string window = screen_.waitForWindow(kTitle);
        for (int i = 0; i < 10; ++i) screen_.press(keys);
        return window;
    }
    void takePicture(const std::string& window, const std::string& name) const {
        if (const char* folder = std::getenv("UKEY_PICTURES_OF_WINDOWS"))
            screen_.takePicture(window, std::string(folder) + "/window-" + name + ".png");
    }

    static constexpr auto kTitle = "Ukey Bridge";
    ScreenOfItsOwn screen_;
    std::optional<RunningDaemon> daemon_;
    std::optional<Client> client_;
    std::string token_;
};

TEST_F(RealWindow, keysTypedWhileItOpens_areNoPin_S14) {
    const int login = startLogin();
    const std::string window = windowUnderTyping("8 Return");
    screen_.waitUntilAnswerable(window);
    screen_.type(kMintedPin);
    takePicture(window, "pin-en");
    screen_.press("Return");
    EXPECT_EQ(outcomeOf(*client_, login), "") << "with an 8 before it, it would be a wrong PIN";
    EXPECT_EQ(signWith(*client_, token_), "");
}

TEST_F(RealWindow, tabsAndBlanksTypedWhileItOpens_grantNothing_S14) {
    Client stranger(daemon_->port(), kStranger);
    stranger.hello();
    const int asked = startAsking(stranger);
    const std::string window = windowUnderTyping("Tab space Tab Return Tab space");
    screen_.waitUntilAnswerable(window);
    screen_.press("Return");
    EXPECT_TRUE(screen_.hasWindow(kTitle)) << "Enter is neither yes nor no";
    takePicture(window, "access-en");
    screen_.press("Escape");
    EXPECT_EQ(outcomeOf(stranger, asked), "user-cancelled");
}

TEST_F(RealWindow, clickOnTheNamedButton_grants_S14) {
    Client stranger(daemon_->port(), kStranger);
    stranger.hello({{"client", {{"name", "t"}, {"version", "1"}}}, {"locale", "zh-CN"}});
    const int asked = startAsking(stranger);
    const std::string window = screen_.waitForWindow("Ukey 助手");
    screen_.waitUntilAnswerable(window);
    takePicture(window, "access-zh-CN");
    screen_.clickFromTheCorner(window, 60, 45);
    EXPECT_EQ(outcomeOf(stranger, asked), "");
}

TEST_F(RealWindow, escape_isACancel_S19) {
    const int login = startLogin();
    screen_.waitUntilAnswerable(screen_.waitForWindow(kTitle));
    screen_.press("Escape");
    EXPECT_EQ(outcomeOf(*client_, login), "user-cancelled");
}

TEST_F(RealWindow, pageThatLeaves_closesIt_S20) {
    startLogin();
    screen_.waitForWindow(kTitle);
    client_->drop();
    waitUntil([&] { return !screen_.hasWindow(kTitle); });
}

TEST_F(RealWindow, longNameAndText_stayOnTheScreen_S13) {
    const std::string name = "https://" + std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                             std::string(60, 'c') + ".stranger.example";
    Client stranger(daemon_->port(), name);
    stranger.hello({{"client", {{"name", "t"}, {"version", "1"}}}, {"locale", "zh-CN"}});
    const int asked = startAsking(stranger);
    const std::string window = screen_.waitForWindow("Ukey 助手");
    screen_.waitUntilAnswerable(window);
    const auto [width, height] = screen_.sizeOf(window);
    EXPECT_LE(width, 900);
    EXPECT_LE(height, 700);
    takePicture(window, "long-zh-CN");
    screen_.press("Escape");
    EXPECT_EQ(outcomeOf(stranger, asked), "user-cancelled");
}

TEST_F(RealWindow, language_isTheCallersNotTheMachines_S11) {
    Client chinese(daemon_->port());
    chinese.hello({{"client", {{"name", "t"}, {"version", "1"}}}, {"locale", "zh-CN"}});
    const int login = chinese.start("pin.verify", {{"token", holdersToken(chinese)}});
    const std::string window = screen_.waitForWindow("Ukey 助手");
    screen_.waitUntilAnswerable(window);
    takePicture(window, "pin-zh-CN");
    screen_.type(kMintedPin);
    screen_.press("Return");
    EXPECT_EQ(outcomeOf(chinese, login), "");
}

}  // namespace
}  // namespace ukey::test
