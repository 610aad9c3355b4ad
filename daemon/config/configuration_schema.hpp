// ukeyd.schema.json, the one description of all settings, built into the program.
#pragma once

#include <string_view>

namespace ukey::config {

/// JSON Schema, draft 7.
std::string_view configurationSchema() noexcept;

}  // namespace ukey::config
