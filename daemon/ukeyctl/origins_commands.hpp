// `ukeyctl origins`: which sites may use the Ukeys, and taking back what the user allowed.
#pragma once

#include "daemon/ukeyctl/configuration.hpp"

namespace CLI {
class App;
}

namespace ukey::ctl {

/// The bridge is looked for when a command runs. A running ukeyd follows at once.
void addOriginsCommands(CLI::App& app, const Asked& asked, int& status);

}  // namespace ukey::ctl
