// A JSON document against a JSON Schema.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ukey::models {

/// Throws bad-request: "<what>: <JSON pointer> <why>". `schema` is draft-07.
void requireSchema(const nlohmann::json& document, std::string_view schema, const std::string& what);

}  // namespace ukey::models
