// `ukeyctl soft …`: soft tokens, plugged in and out by hand.
#pragma once

namespace CLI {
class App;
}

namespace ukey::ctl {

/// Adds `soft create | plug | unplug | list | remove` to the command line; they run when the line is parsed.
/// `status` becomes the exit status of the command that runs.
void addSoftCommands(CLI::App& app, int& status);

}  // namespace ukey::ctl
