// Where the log goes.
#pragma once

#include <spdlog/sinks/sink.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ukey {

/// On Linux the standard error, which the user's systemd keeps; on Windows, where a program without a console
/// has none, a file of at most a few megabytes in the state folder as well, and errors in the event log.
std::vector<spdlog::sink_ptr> makeLogSinks(const std::filesystem::path& stateDir);

/// Says why it ends, where there is no log yet: on the standard error, on Windows in the event log as well.
void reportFailure(const std::string& what);

}  // namespace ukey
