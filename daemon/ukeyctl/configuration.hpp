// Which bridge a command is about: its configuration, its state folder and, where it runs, what it says of
// itself.
#pragma once

#include <optional>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/ukeyctl/daemon_probe.hpp"

namespace ukey::ctl {

/// What the command line names.
struct Asked {
    std::optional<std::string> configFile;  ///< --config: this file alone.
    std::optional<std::string> stateDir;    ///< --state-dir.
};

struct Bridge {
    config::Config config;
    std::optional<RunningDaemon> daemon;
};

/// The bridge with that state folder or that configuration; where none is named, the one that runs, also with
/// other files than the usual ones, which is then said on standard error. Throws ukey::Error (bad-request)
/// that names the file or folder and what is wrong with it.
Bridge bridgeOf(const Asked& asked);

/// Its configuration, with the state folder that it really has.
config::Config configurationOf(const Asked& asked);

}  // namespace ukey::ctl
