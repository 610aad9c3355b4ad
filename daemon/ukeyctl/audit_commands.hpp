// `ukeyctl audit`: what was done with the keys, and whether the record of it is whole.
#pragma once

#include "daemon/ukeyctl/configuration.hpp"

namespace CLI {
class App;
}

namespace ukey::ctl {

/// The bridge is looked for when a command runs; `status` becomes 1 when the log was tampered with.
void addAuditCommands(CLI::App& app, const Asked& asked, int& status);

}  // namespace ukey::ctl
