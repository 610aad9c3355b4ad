// Who may connect, and with which grants.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/policy/origin.hpp"
#include "daemon/policy/scopes.hpp"

namespace ukey::policy {

/// When a signature needs the user's own yes. login: the PIN dialog is the consent for the signatures of that
/// login; each: a dialog for every signature or batch.
enum class Confirm : std::uint8_t { login, each };

/// What becomes of an origin that no rule names.
enum class UnknownOrigins : std::uint8_t { deny, ask };

struct OriginRule {
    OriginPattern pattern;
    Scopes scopes;
    Confirm confirm = Confirm::login;

    bool operator==(const OriginRule&) const = default;
};

/// What one origin may do.
struct Standing {
    bool admitted = false;
    Scopes grants;
    Confirm confirm = Confirm::each;
    bool mayAsk = false;  ///< No rule names the origin; a dialog may grant it scopes.

    bool operator==(const Standing&) const = default;
};

class Policy {
  public:
    Policy(std::vector<OriginRule> rules, UnknownOrigins unknown)
        : rules_(std::move(rules)), unknown_(unknown) {}

    /// An exact rule counts before one with a wildcard. Users are asked about https origins alone.
    Standing standingOf(const Origin& origin) const;

  private:
    std::vector<OriginRule> rules_;
    UnknownOrigins unknown_;
};

}  // namespace ukey::policy
