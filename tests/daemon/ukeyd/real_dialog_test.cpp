// A login through a dialog that is really on a screen: pinentry-gtk-2 under Xvfb, driven by a keyboard of the
// test's own.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/daemon/ukeyd/screen_of_its_own.hpp"
#include "tests/daemon/ukeyd/soft_token.hpp"
#include "tests/support/scratch_folder.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

constexpr auto kDialogTitle = "Ukey Bridge";
constexpr auto kOtherTitle = "Event Tester";

/// Somebody else's window: xev, which writes down each key that it gets.
class OtherProgram {
  public:
    explicit OtherProgram(const ScreenOfItsOwn& screen) {
        const std::string keys = (folder_.path() / "keys").string();
        const std::array<const char*, 6> arguments{"xev", "-event", "keyboard", "-event", "focus", nullptr};
        posix_spawn_file_actions_t actions{};
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, keys.c_str(), O_WRONLY | O_CREAT, 0600);
        const int failed = ::posix_spawnp(&process_, "xev", &actions, nullptr,
                                          const_cast<char* const*>(arguments.data()), ::environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) throw std::runtime_error("no xev");
        window_ = screen.waitForWindow(kOtherTitle);
        screen.focus(window_);
    }
    ~OtherProgram() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

    const std::string& window() const noexcept { return window_; }

    /// The X server tells whoever has lost the keyboard to another window.
    void waitUntilItHasLostTheKeyboard() const {
        waitUntil([&] { return text().find("FocusOut") != std::string::npos; });
    }

    /// How often the key was pressed in it.
    unsigned pressed(char key) const {
        std::istringstream keys(text());
        const std::string name = std::string(", ") + key + ")";
        bool press = false;
        unsigned count = 0;
        for (std::string line; std::getline(keys, line);) {
            if (!line.starts_with(' ')) press = line.starts_with("KeyPress");
            if (press && line.find("keysym") != std::string::npos && line.find(name) != std::string::npos)
                ++count;
        }
        return count;
    }

  private:
    std::string text() const {
        std::ifstream keys(folder_.path() / "keys");
        return {std::istreambuf_iterator<char>(keys), {}};
    }

    ScratchFolder folder_;
    pid_t process_ = -1;
    std::string window_;
};

class RealDialog : public testing::Test {
  protected:
    RealDialog() : daemon_(json{{"pinentry", "/usr/bin/pinentry-gtk-2"}}) {
        mintSoftToken(daemon_.folder());
        client_.emplace(daemon_.port());
        client_->hello();
        token_ = waitForToken(*client_);
    }
    int startLogin() { return client_->start("pin.verify", {{"token", token_}}); }
    std::string outcomeOf(int call) {
        const json answer = client_->finish(call);
        return answer.contains("error") ? answer.at("error").at("data").at("code").get<std::string>() : "";
    }

    ScreenOfItsOwn screen_;
    RunningDaemon daemon_;
    std::optional<Client> client_;
    std::string token_;
};

TEST_F(RealDialog, typedPin_logsIn_S14) {
    const OtherProgram other(screen_);
    const int login = startLogin();
    const std::string dialog = screen_.waitForWindow(kDialogTitle);
    other.waitUntilItHasLostTheKeyboard();
    if (const char* file = std::getenv("UKEY_PICTURE_OF_THE_DIALOG")) screen_.takePicture(dialog, file);
    screen_.type(kMintedPin);
    screen_.press("Return");
    EXPECT_EQ(outcomeOf(login), "");
    EXPECT_EQ(signWith(*client_, token_), "");
}

TEST_F(RealDialog, keysTypedBefore_doNotLandInItAndThePinNowhereElse_S14) {
    const OtherProgram other(screen_);
    screen_.type("888");
    const int login = startLogin();
    screen_.waitForWindow(kDialogTitle);
    other.waitUntilItHasLostTheKeyboard();
    screen_.type(kMintedPin);
    screen_.press("Return");
    EXPECT_EQ(outcomeOf(login), "") << "with the 888 before it, it would be a wrong PIN";
    screen_.focus(other.window());
    screen_.type("3");
    waitUntil([&] { return other.pressed('3') > 0; });
    EXPECT_EQ(other.pressed('8'), 3U);
    for (const char key : std::string("27459")) EXPECT_EQ(other.pressed(key), 0U) << key;
}

TEST_F(RealDialog, escape_isACancel_S19) {
    const int login = startLogin();
    screen_.waitForWindow(kDialogTitle);
    screen_.press("Escape");
    EXPECT_EQ(outcomeOf(login), "user-cancelled");
}

TEST_F(RealDialog, pageThatLeaves_closesIt_S20) {
    startLogin();
    screen_.waitForWindow(kDialogTitle);
    client_->drop();
    waitUntil([&] { return !screen_.hasWindow(kDialogTitle); });
}

}  // namespace
}  // namespace ukey::test
