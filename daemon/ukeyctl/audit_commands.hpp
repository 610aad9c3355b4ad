// `ukeyctl audit`: what was done with the keys, and whether the record of it is whole.
#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace ukey::ctl {

/// `configFile` is read when a command runs; `status` becomes 1 when the log was tampered with.
void addAuditCommands(CLI::App& app, const std::optional<std::string>& configFile, int& status);

}  // namespace ukey::ctl
