// `ukeyctl unlock` and `ukeyctl pin`: the local way, with token hosts of our own. PINs are asked for in the
// same native dialog as for a page.
#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace ukey::ctl {

/// `configFile` is read when a command runs.
void addPinCommands(CLI::App& app, const std::optional<std::string>& configFile);

}  // namespace ukey::ctl
