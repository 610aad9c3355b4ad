// `ukeyctl tokens`, and how a bridge is.
#pragma once

#include "daemon/ukeyctl/configuration.hpp"
#include "daemon/wiring/daemon_status.hpp"

namespace ukey::ctl {

/// What the running ukeyd says of itself; where none runs, what this process finds out with token hosts of
/// its own.
wiring::DaemonStatus statusOf(const Bridge& bridge);

/// Prints a table of the tokens; the exit status.
int listTokens(const Asked& asked, bool asJson);

}  // namespace ukey::ctl
