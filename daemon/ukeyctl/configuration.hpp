// The daemon's configuration, as a command of ukeyctl works with it.
#pragma once

#include <optional>
#include <string>

#include "daemon/config/config.hpp"

namespace ukey::ctl {

/// The usual files, or `file` alone (--config).
config::Sources sourcesFor(const std::optional<std::string>& file);

/// What they say. Throws ukey::Error (bad-request) that names the file and the place.
config::Config configurationOf(const std::optional<std::string>& file);

}  // namespace ukey::ctl
