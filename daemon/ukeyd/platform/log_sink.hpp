// Where the log goes.
#pragma once

#include <spdlog/sinks/sink.h>

#include <filesystem>
#include <vector>

namespace ukey {

/// On Linux the standard error, which the user's systemd keeps; on Windows, where a program without a console
/// has none, a file of at most a few megabytes in the state folder as well.
std::vector<spdlog::sink_ptr> makeLogSinks(const std::filesystem::path& stateDir);

}  // namespace ukey
