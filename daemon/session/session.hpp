// One page's conversation as the rest of the daemon knows it: who, what it may do, in which language.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/policy/policy.hpp"
#include "tokenlib/base/messages.hpp"

namespace ukey::session {

/// Names a session as long as the daemon runs; never used twice.
using SessionId = std::uint64_t;

struct Session {
    SessionId id = 0;
    policy::Origin origin;
    std::string originText;
    policy::Standing standing;
    Language language = Language::english;
    bool greeted = false;  ///< bridge.hello was answered.
    /// Wants tokens.changed: hosts::TokenHosts::watch(), else empty.
    std::shared_ptr<void> subscription;
    bool closed = false;  ///< The connection is gone; what is still under way has nobody to go to.
    std::string resume;   ///< The secret that takes this session's logins over.
};

}  // namespace ukey::session
