#include "tokenlib/prompt/find_pinentry.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>

#include "tokenlib/process/child_process.hpp"

extern char** environ;

namespace ukey::prompt {
namespace {

constexpr std::array<std::string_view, 16> kPassed{"DISPLAY",
                                                   "WAYLAND_DISPLAY",
                                                   "XAUTHORITY",
                                                   "DBUS_SESSION_BUS_ADDRESS",
                                                   "XDG_RUNTIME_DIR",
                                                   "XDG_SESSION_TYPE",
                                                   "XDG_CURRENT_DESKTOP",
                                                   "HOME",
                                                   "USER",
                                                   "LOGNAME",
                                                   "LANG",
                                                   "LANGUAGE",
                                                   "TERM",
                                                   "GTK_IM_MODULE",
                                                   "QT_IM_MODULE",
                                                   "XMODIFIERS"};
constexpr std::array<std::string_view, 2> kPassedPrefixes{"LC_", "UKEY_TEST_"};

constexpr std::array<const char*, 2> kForDesktop{"/usr/bin/pinentry", "/usr/local/bin/pinentry"};
constexpr std::array<const char*, 4> kForTerminal{"/usr/bin/pinentry-curses", "/usr/bin/pinentry-tty",
                                                  "/usr/bin/pinentry", "/usr/local/bin/pinentry"};

std::string variable(const char* name) {
    const char* value = ::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

bool isRunnable(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }

template <std::size_t n>
std::string firstRunnable(const std::array<const char*, n>& candidates) {
    const auto* found = std::find_if(candidates.begin(), candidates.end(), isRunnable);
    return found == candidates.end() ? std::string() : std::string(*found);
}

class SavedTerminal : public TerminalGuard {
  public:
    SavedTerminal(int descriptor, const termios& saved) : descriptor_(descriptor), saved_(saved) {}
    SavedTerminal(const SavedTerminal&) = delete;
    SavedTerminal& operator=(const SavedTerminal&) = delete;
    ~SavedTerminal() override {
        // The foreground group may be another by now: setting must not stop us.
        sigset_t stopping;
        sigset_t before;
        ::sigemptyset(&stopping);
        ::sigaddset(&stopping, SIGTTOU);
        (void)::pthread_sigmask(SIG_BLOCK, &stopping, &before);
        (void)::tcsetattr(descriptor_, TCSANOW, &saved_);
        (void)::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        process::closeDescriptor(descriptor_);
    }

  private:
    int descriptor_;
    termios saved_;
};

}  // namespace

PinentryProgram findPinentry(const PromptSettings& settings) {
    const bool display = !variable("DISPLAY").empty() || !variable("WAYLAND_DISPLAY").empty();
    const bool terminal = !settings.terminal.empty();
    if (!settings.program.empty()) {
        if (!isRunnable(settings.program)) {
            throw Error(ErrorCode::promptUnavailable, "pinentry " + settings.program + " cannot be run");
        }
        return {settings.program, terminal && !display};
    }
    if (!display && !terminal) {
        throw Error(ErrorCode::promptUnavailable, "no pinentry: neither a display nor a terminal is there");
    }
    const std::string path = display ? firstRunnable(kForDesktop) : firstRunnable(kForTerminal);
    if (path.empty()) throw Error(ErrorCode::promptUnavailable, "no pinentry program is installed");
    return {path, !display};
}

std::vector<std::string> pinentryEnvironment() {
    std::vector<std::string> passed{"PATH=/usr/local/bin:/usr/bin:/bin"};
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::string_view name = text.substr(0, text.find('='));
        const bool wanted = std::find(kPassed.begin(), kPassed.end(), name) != kPassed.end() ||
                            std::any_of(kPassedPrefixes.begin(), kPassedPrefixes.end(),
                                        [&](std::string_view prefix) { return name.starts_with(prefix); });
        if (wanted) passed.emplace_back(text);
    }
    return passed;
}

std::string characterLocale() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (std::string value = variable(name); !value.empty()) return value;
    }
    return {};
}

std::unique_ptr<TerminalGuard> guardTerminal(const std::string& device) {
    const int descriptor = ::open(device.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return nullptr;
    termios saved{};
    if (::tcgetattr(descriptor, &saved) != 0) {
        process::closeDescriptor(descriptor);
        return nullptr;
    }
    return std::make_unique<SavedTerminal>(descriptor, saved);
}

}  // namespace ukey::prompt
