// What a value would have to be, in words that an administrator understands.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ukey::schema {

/// Whether the value is a list, an object and so on, as its schema says; true where it says nothing.
bool isKindOf(const nlohmann::json& schema, const nlohmann::json& value);
/// Of a list: whether it has as many entries as it may and must have.
bool isOfAllowedLength(const nlohmann::json& schema, const nlohmann::json& value);
/// Why `value`, whose inner parts all fit, does not fit itself.
std::string reasonFor(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace ukey::schema
