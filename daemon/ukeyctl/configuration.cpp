#include "daemon/ukeyctl/configuration.hpp"

#include <algorithm>
#include <iostream>

#include "daemon/ukeyctl/report.hpp"
#include "daemon/wiring/daemon_status.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::ctl {
namespace {

namespace fs = std::filesystem;

bool isSame(const fs::path& one, const fs::path& other) {
    std::error_code missing;
    return one == other || fs::equivalent(one, other, missing);
}

bool isAbout(const wiring::DaemonStatus& status, const Asked& asked, const config::Config& config) {
    if (asked.stateDir) return isSame(status.stateDir, config.stateDir);
    if (!asked.configFile) return true;
    return std::any_of(status.configuration.begin(), status.configuration.end(),
                       [&](const fs::path& file) { return isSame(file, pathFrom(*asked.configFile)); });
}

/// The port that is noted in the state folder, and the usual ones.
std::vector<std::uint16_t> portsOf(const config::Config& config) {
    std::vector<std::uint16_t> ports;
    if (const auto noted = wiring::notedPort(config.stateDir)) ports.push_back(*noted);
    for (const std::uint16_t port : config.ports) {
        if (port != 0 && std::find(ports.begin(), ports.end(), port) == ports.end()) ports.push_back(port);
    }
    return ports;
}

config::Sources sourcesFor(const Asked& asked) {
    config::Sources sources = config::defaultSources();
    if (asked.configFile) sources.file = fs::absolute(pathFrom(*asked.configFile));
    if (asked.stateDir) sources.stateDir = fs::absolute(pathFrom(*asked.stateDir));
    return sources;
}

}  // namespace

Bridge bridgeOf(const Asked& asked) {
    if (asked.stateDir && !fs::is_directory(pathFrom(*asked.stateDir)))
        throw Error(ErrorCode::badRequest, "there is no folder " + *asked.stateDir);
    config::Sources sources = sourcesFor(asked);
    Bridge bridge{.config = config::load(sources), .daemon = std::nullopt};
    for (const std::uint16_t port : portsOf(bridge.config)) {
        auto status = statusOfDaemon(port);
        if (!status || !isAbout(*status, asked, bridge.config)) continue;
        // One that works with the usual folder is meant before any other.
        const bool isUsual = isSame(status->stateDir, bridge.config.stateDir);
        if (!bridge.daemon || isUsual) bridge.daemon = RunningDaemon{port, std::move(*status)};
        if (isUsual) break;
    }
    if (!bridge.daemon) return bridge;
    const wiring::DaemonStatus& status = bridge.daemon->status;
    if (isSame(status.stateDir, bridge.config.stateDir)) return bridge;
    const bool hasOwnFile =
        !asked.configFile && status.configuration.size() == 1 && status.configuration != bridge.config.files;
    if (hasOwnFile) {
        sources.file = status.configuration.front();
        bridge.config = config::load(sources);
    }
    bridge.config.stateDir = status.stateDir;
    const std::string port = std::to_string(bridge.daemon->port);
    const std::string folder = pathText(status.stateDir);
    std::cerr << message(terminalLanguage(), "ctl.looking-at", {{"port", port}, {"folder", folder}}) << '\n';
    return bridge;
}

config::Config configurationOf(const Asked& asked) { return bridgeOf(asked).config; }

}  // namespace ukey::ctl
