// What the administrator decided, where each system has it: a file, or values of the registry.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "daemon/config/config.hpp"
#include "daemon/config/source.hpp"

namespace ukey::config {

/// The settings that stand at `sources.administrator`, as the object that a file would hold, and `source`
/// with where they were read; nothing when there are none. Throws ukey::Error (bad-request) that names the
/// file or the value.
std::optional<nlohmann::json> administratorSettings(const Sources& sources, Source& source);

}  // namespace ukey::config
