#include "tokenlib/prompt/find_pinentry.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <string_view>

#include "tokenlib/base/path_text.hpp"
#include "tokenlib/process/handle.hpp"

extern char** environ;

namespace ukey::prompt {
namespace {

constexpr std::array<std::string_view, 24> kPassed{"DISPLAY",
                                                   "GDK_BACKEND",
                                                   "GDK_SCALE",
                                                   "GDK_DPI_SCALE",
                                                   "GTK_THEME",
                                                   "NO_AT_BRIDGE",
                                                   "XDG_DATA_DIRS",
                                                   "XDG_CONFIG_DIRS",
                                                   "XDG_CONFIG_HOME",
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

/// The system's choice first; Debian makes it a link, which may lead to one for terminals.
constexpr std::array<const char*, 8> kForDesktop{"pinentry",      "pinentry-qt",    "pinentry-qt5",
                                                 "pinentry-qt4",  "pinentry-gtk-2", "pinentry-gnome3",
                                                 "pinentry-fltk", "pinentry-x11"};
constexpr std::array<const char*, 3> kForTerminal{"pinentry-curses", "pinentry-tty", "pinentry"};
constexpr std::array<const char*, 2> kFolders{"/usr/bin/", "/usr/local/bin/"};
constexpr const char* kOwn = "ukey-prompt";

std::string variable(const char* name) {
    const char* value = ::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

bool isRunnable(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }

/// Whether it draws on a terminal alone, by the name that links lead to.
bool isForTerminals(const std::string& path) {
    std::error_code unknown;
    const std::string name = pathText(std::filesystem::canonical(path, unknown).filename());
    return name.find("curses") != std::string::npos || name.find("tty") != std::string::npos;
}

template <std::size_t n, class Condition>
std::string firstOf(const std::array<const char*, n>& names, const std::vector<std::string>& folders,
                    Condition condition) {
    for (const char* name : names) {
        for (const std::string& folder : folders) {
            std::string path = folder + name;
            if (isRunnable(path) && condition(path)) return path;
        }
    }
    return {};
}

class SavedTerminal : public TerminalGuard {
  public:
    SavedTerminal(process::Handle terminal, const termios& saved)
        : terminal_(std::move(terminal)), saved_(saved) {}
    SavedTerminal(const SavedTerminal&) = delete;
    SavedTerminal& operator=(const SavedTerminal&) = delete;
    ~SavedTerminal() override {
        // The foreground group may be another by now: setting must not stop us.
        sigset_t stopping;
        sigset_t before;
        ::sigemptyset(&stopping);
        ::sigaddset(&stopping, SIGTTOU);
        (void)::pthread_sigmask(SIG_BLOCK, &stopping, &before);
        (void)::tcsetattr(static_cast<int>(terminal_.value()), TCSANOW, &saved_);
        (void)::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

  private:
    process::Handle terminal_;
    termios saved_;
};

}  // namespace

PinentryProgram choosePinentry(const Surroundings& around) {
    if (around.display) {
        const std::string own = around.ownFolder + kOwn;
        if (!around.ownFolder.empty() && isRunnable(own)) return {own, false};
        const auto drawsWindows = [](const std::string& path) { return !isForTerminals(path); };
        if (std::string path = firstOf(kForDesktop, around.folders, drawsWindows); !path.empty())
            return {std::move(path), false};
    }
    if (around.terminal) {
        const auto any = [](const std::string&) { return true; };
        if (std::string path = firstOf(kForTerminal, around.folders, any); !path.empty())
            return {std::move(path), true};
    }
    throw Error(ErrorCode::promptUnavailable, "no pinentry program is installed");
}

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
    std::error_code unknown;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
    Surroundings around;
    around.display = display;
    around.terminal = terminal;
    if (!unknown) around.ownFolder = pathText(program.parent_path()) + "/";
    around.folders.assign(kFolders.begin(), kFolders.end());
    return choosePinentry(around);
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
    process::Handle terminal(::open(device.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    if (!terminal) return nullptr;
    termios saved{};
    if (::tcgetattr(static_cast<int>(terminal.value()), &saved) != 0) return nullptr;
    return std::make_unique<SavedTerminal>(std::move(terminal), saved);
}

}  // namespace ukey::prompt
