// `ukeyctl enrolments`: what was left unfinished, whichever site began it, and taking it back.
#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace ukey::ctl {

/// `configFile` is read when a command runs.
void addEnrolmentCommands(CLI::App& app, const std::optional<std::string>& configFile);

}  // namespace ukey::ctl
