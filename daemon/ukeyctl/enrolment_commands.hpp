// `ukeyctl enrolments`: what was left unfinished, whichever site began it, and taking it back.
#pragma once

#include "daemon/ukeyctl/configuration.hpp"

namespace CLI {
class App;
}

namespace ukey::ctl {

/// The bridge is looked for when a command runs.
void addEnrolmentCommands(CLI::App& app, const Asked& asked, int& status);

}  // namespace ukey::ctl
