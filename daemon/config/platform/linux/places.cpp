#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "daemon/config/config.hpp"

namespace ukey::config {
namespace {

std::filesystem::path home() {
    if (const char* variable = std::getenv("HOME"); variable && *variable == '/') return variable;
    if (const passwd* entry = ::getpwuid(::geteuid()); entry && entry->pw_dir) return entry->pw_dir;
    return "/";
}

/// A folder of the XDG base directory specification, which ignores relative paths.
std::filesystem::path xdgFolder(const char* variable, const char* underHome) {
    if (const char* value = std::getenv(variable); value && *value == '/') return value;
    return home() / underHome;
}

}  // namespace

Sources defaultSources() {
    Sources sources;
    sources.administrator = "/etc/ukey/ukeyd.json";
    sources.userFile = xdgFolder("XDG_CONFIG_HOME", ".config") / "ukey" / "ukeyd.json";
    sources.defaultStateDir = xdgFolder("XDG_STATE_HOME", ".local/state") / "ukey";
    return sources;
}

}  // namespace ukey::config
