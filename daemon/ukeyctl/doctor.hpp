// `ukeyctl status` and `ukeyctl doctor`: what is wrong, and what to do about it.
#pragma once

#include <optional>
#include <string>

namespace ukey::ctl {

/// Says on which port ukeyd listens; 0 when one does, 3 when none does.
int showStatus(const std::optional<std::string>& configFile);

/// Goes through everything between a page and a token and says what to do where something is wrong; the exit
/// status is the number of problems, 0 when all is well.
int runDoctor(const std::optional<std::string>& configFile);

}  // namespace ukey::ctl
