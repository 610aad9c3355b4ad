// No page may hand a PIN over, not even into a field that would be ignored (security.md 10).
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ukey::rpc {

/// Whether any object within has a member that is named like a PIN, PUK or password, in whatever spelling.
bool hasSecretField(const nlohmann::json& value);

}  // namespace ukey::rpc
