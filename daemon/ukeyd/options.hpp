// The command line of ukeyd.
#pragma once

#include <optional>

#include "daemon/config/config.hpp"

namespace ukey {

/// What the command line asks for; nothing, with the exit code, when it asked for help or the version, or is
/// wrong.
struct CommandLine {
    std::optional<config::Sources> sources;
    int exitCode = 0;
};

CommandLine readCommandLine(int argc, const char* const* argv);

}  // namespace ukey
