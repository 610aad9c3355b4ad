// The configuration of ukeyd (docs/configuration.md): JSON files, and the registry of Windows, checked before
// anything is started with them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/driver_config.hpp"
#include "daemon/policy/policy.hpp"

namespace ukey::config {

struct Limits {
    std::uint32_t rate =
        1000;  ///< Requests a second, of one connection, and of one origin over all its connections.
    std::uint32_t burst = 5000;       ///< Requests that may come at once before the rate counts.
    std::uint32_t outstanding = 256;  ///< Requests of one connection that are not answered yet.
    std::uint32_t connections = 128;  ///< WebSockets in all.
    std::uint32_t connectionsPerOrigin = 32;
    std::uint32_t waiting = 64;  ///< Connections of one user that have not finished their handshake.
    /// How long a connection may stay silent before its first octet: a browser connects first and asks its
    /// user second.
    std::uint32_t handshakeSeconds = 300;
    std::uint32_t messageSeconds = 20;  ///< How long a message may take from its first octet to its last.
    /// Of one origin, on all tokens together; then it is refused until the first of them is an hour old.
    std::uint32_t wrongPinsPerHour = 10;

    bool operator==(const Limits&) const = default;
};

struct Config {
    std::vector<std::uint16_t> ports{23510, 23511, 23512, 23513, 23514};  ///< The first free one is taken.
    std::vector<DriverConfig> drivers;                                    ///< Empty: the caller's defaults.
    std::vector<policy::OriginRule> origins;
    policy::UnknownOrigins unknownOrigins = policy::UnknownOrigins::deny;
    std::string pinentry;  ///< Absolute path; empty: the system's.
    std::filesystem::path stateDir;
    std::vector<std::filesystem::path> files;  ///< What it was read from; a key of the registry by its name.
    std::string logLevel = "info";             ///< trace, debug, info, warning, error, critical, off.
    std::uint32_t driverTimeoutSeconds = 30;
    std::uint32_t promptTimeoutSeconds = 120;
    std::uint32_t idleLogoutSeconds = 900;
    bool changeDefaultPin =
        false;            ///< "defaultPin": "change": a maker's PIN is changed before its first use.
    bool webEid = false;  ///< Logins in Web eID's own form, with keys that then sign nothing else.
    std::uint32_t resumeSeconds = 30;
    /// Certificates of RAs whose answers to a remote unlock count for every token, PEM.
    std::vector<std::string> unlockAuthorities;
    std::uint32_t unlockSeconds = 600;  ///< How long a request for a remote unlock may be answered.
    Limits limits;

    bool operator==(const Config&) const = default;
};

/// Which files there are, and what the command line says.
struct Sources {
    std::optional<std::filesystem::path> file;  ///< --config: this file alone.
    /// The administrator's settings: the file /etc/ukey/ukeyd.json; on Windows a key below
    /// HKEY_LOCAL_MACHINE, Software\Policies\Ukey.
    std::string administrator;
    std::filesystem::path userFile;  ///< Default: $XDG_CONFIG_HOME/ukey/ukeyd.json, %APPDATA%\Ukey\….
    std::filesystem::path defaultStateDir;  ///< Default: $XDG_STATE_HOME/ukey, %LOCALAPPDATA%\Ukey.
    std::optional<std::uint16_t> port;      ///< --port; 0: any free one.
    std::optional<std::filesystem::path> stateDir;
};

/// The usual places for this user.
Sources defaultSources();

/// Reads the user's file, and what the administrator set over it: a key that the administrator set is his. A
/// missing file is no error, but for one named by --config. Throws ukey::Error (bad-request): "FILE:
/// /json/pointer: what is wrong", or with the name of a value of the registry instead.
Config load(const Sources& sources);

}  // namespace ukey::config
