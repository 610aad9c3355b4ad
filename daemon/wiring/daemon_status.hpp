// How a bridge is, as it sees itself: what a running ukeyd tells this user's ukeyctl, and what ukeyctl finds
// out by itself where none runs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/hosts/token_hosts.hpp"
#include "daemon/wiring/token_hosts_from_config.hpp"

namespace ukey::wiring {

struct DaemonStatus {
    std::string version;
    int process = 0;
    std::vector<std::filesystem::path> configuration;  ///< The files that were read; may be none.
    std::filesystem::path stateDir;
    std::string display;          ///< Of the desktop, as the environment names it; empty: there is none.
    std::string prompter;         ///< The program that asks for PINs; empty: there is none.
    std::string prompterProblem;  ///< Why there is none.
    bool asksOnTerminal = false;
    std::vector<hosts::DriverStatus> drivers;
    std::vector<hosts::HostedToken> tokens;       ///< Without what only drivers need.
    std::vector<std::filesystem::path> setAside;  ///< Spoilt files of the state folder.
};

/// Of this process. Asks every driver for its tokens.
boost::asio::awaitable<DaemonStatus> ownStatus(const config::Config& configuration, Terminal terminal,
                                               std::shared_ptr<hosts::TokenHosts> hosts, std::string version);

/// Its tokens alone, as a JSON array for scripts.
std::string tokensText(const DaemonStatus& status);

/// JSON.
std::string toText(const DaemonStatus& status);
/// Throws ukey::Error (bad-request) when it is none; what is missing is empty.
DaemonStatus statusFromText(std::string_view text);

/// Names the port of the ukeyd that has the state folder.
void notePort(const std::filesystem::path& stateDir, std::uint16_t port);
void forgetPort(const std::filesystem::path& stateDir) noexcept;
/// What was noted; nothing where no ukeyd runs, or one that was killed left nothing.
std::optional<std::uint16_t> notedPort(const std::filesystem::path& stateDir);

}  // namespace ukey::wiring
