#include "daemon/hosts/platform/host_environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "tokenlib/base/sanitizers.hpp"

namespace ukey::hosts {
namespace {

// What a dialog needs to be seen, typed into and read in the user's language, and where a library finds its
// tokens. Whatever names code to load (LD_*, GTK_MODULES, QT_PLUGIN_PATH) is not among them.
constexpr auto kPassed = std::to_array<std::string_view>(
    {"HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TERM", "GPG_TTY", "TMPDIR",
     // The screen and how things look on it.
     "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE", "XDG_SESSION_ID", "XDG_SESSION_DESKTOP",
     "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "DESKTOP_STARTUP_ID", "GTK_THEME", "GDK_BACKEND", "GDK_SCALE",
     "GDK_DPI_SCALE", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR", "QT_AUTO_SCREEN_SCALE_FACTOR", "QT_FONT_DPI",
     "XCURSOR_THEME", "XCURSOR_SIZE", "NO_AT_BRIDGE", "AT_SPI_BUS_ADDRESS", "GTK_IM_MODULE", "QT_IM_MODULE",
     "XMODIFIERS",
     // The user's folders and buses.
     "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
     "XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "DBUS_SESSION_BUS_ADDRESS",
     // Tokens.
     "SOFTHSM2_CONF", "OPENSC_CONF", "PCSCLITE_CSOCK_NAME"});
constexpr std::array<std::string_view, 2> kPassedPrefixes{"LC_", "UKEY_"};

bool isPassed(std::string_view name) {
    if (kSanitized && name.ends_with("SAN_OPTIONS")) return true;
    return std::find(kPassed.begin(), kPassed.end(), name) != kPassed.end() ||
           std::any_of(kPassedPrefixes.begin(), kPassedPrefixes.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace

std::vector<std::string> hostEnvironment() {
    std::vector<std::string> passed{"PATH=/usr/local/bin:/usr/bin:/bin"};
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        if (isPassed(text.substr(0, text.find('=')))) passed.emplace_back(text);
    }
    return passed;
}

}  // namespace ukey::hosts
