// `ukeyctl unlock` and `ukeyctl pin`: the local way, with token hosts of our own. PINs are asked for in the
// same native dialog as for a page.
#pragma once

#include "daemon/ukeyctl/configuration.hpp"

namespace CLI {
class App;
}

namespace ukey::ctl {

/// The bridge is looked for when a command runs.
void addPinCommands(CLI::App& app, const Asked& asked);

}  // namespace ukey::ctl
