// The command line of ukeyd.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"

namespace ukey {

/// What the command line asks for; nothing, with the exit code, when it asked for help or the version, or is
/// wrong.
struct CommandLine {
    std::optional<config::Sources> sources;
    int exitCode = 0;
    bool isStop = false;  ///< `ukeyd stop`: end the one that runs.
};

/// Without the program's own name, UTF-8.
CommandLine readCommandLine(std::vector<std::string> arguments);

}  // namespace ukey
