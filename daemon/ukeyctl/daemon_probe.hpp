// Whether a ukeyd listens, and on which port.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ukey::ctl {

struct ProbeResult {
    std::uint16_t port = 0;
    enum class Kind : std::uint8_t { nothing, ukeyd, somethingElse } kind = Kind::nothing;
    std::string version;  ///< Of a ukeyd.
};

/// Asks each port of 127.0.0.1 for GET /health, one second each at most.
std::vector<ProbeResult> probeDaemon(const std::vector<std::uint16_t>& ports);

}  // namespace ukey::ctl
