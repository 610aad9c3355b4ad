// Whether a ukeyd listens, on which port, and what it says of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/wiring/daemon_status.hpp"

namespace ukey::ctl {

struct ProbeResult {
    std::uint16_t port = 0;
    enum class Kind : std::uint8_t { nothing, ukeyd, somethingElse } kind = Kind::nothing;
    std::string version;  ///< Of a ukeyd.
};

/// Asks each port of 127.0.0.1 for GET /health, one second each at most.
std::vector<ProbeResult> probeDaemon(const std::vector<std::uint16_t>& ports);

struct RunningDaemon {
    std::uint16_t port = 0;
    wiring::DaemonStatus status;
};

/// What the ukeyd at the port says of itself; nothing when none is there that belongs to this user, or it is
/// an older one.
std::optional<wiring::DaemonStatus> statusOfDaemon(std::uint16_t port);

}  // namespace ukey::ctl
