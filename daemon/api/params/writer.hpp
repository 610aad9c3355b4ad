// Params as JSON again, with the members that the page gave and no other.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "daemon/api/params/field.hpp"

namespace ukey::api {

inline nlohmann::json written(const std::string& value) { return value; }

template <class Enum>
requires std::is_enum_v<Enum> nlohmann::json written(Enum value) { return toString(value); }

template <HasFields Struct>
nlohmann::json written(const Struct& value);

template <class Item>
nlohmann::json written(const std::vector<Item>& items) {
    nlohmann::json list = nlohmann::json::array();
    for (const Item& item : items) list.push_back(written(item));
    return list;
}

template <class Value>
void writeMember(nlohmann::json& object, std::string_view name, const std::optional<Value>& value) {
    if (value) object[std::string(name)] = written(*value);
}

template <class Value>
void writeMember(nlohmann::json& object, std::string_view name, const Value& value) {
    object[std::string(name)] = written(value);
}

template <HasFields Struct>
nlohmann::json written(const Struct& value) {
    nlohmann::json object = nlohmann::json::object();
    forEachField<Struct>([&](const auto& field) { writeMember(object, field.name, value.*field.member); });
    return object;
}

}  // namespace ukey::api
