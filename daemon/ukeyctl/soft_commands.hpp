// `ukeyctl soft …`: soft tokens, plugged in and out by hand.
#pragma once

namespace CLI {
class App;
}

namespace ukey::ctl {

/// Adds `soft create | plug | unplug | list | remove` to the command line; they run when the line is parsed.
void addSoftCommands(CLI::App& app);

}  // namespace ukey::ctl
