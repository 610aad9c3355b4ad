// `ukeyctl origins`: which sites may use the Ukeys, and taking back what the user allowed.
#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace ukey::ctl {

/// `configFile` is read when a command runs. A running ukeyd follows at once.
void addOriginsCommands(CLI::App& app, const std::optional<std::string>& configFile);

}  // namespace ukey::ctl
