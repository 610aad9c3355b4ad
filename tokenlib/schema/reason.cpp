#include "tokenlib/schema/reason.hpp"

#include <nlohmann/json.hpp>

namespace ukey::schema {
namespace {

using nlohmann::json;

std::string plainText(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// "1 to 64", "at most 64", "at least 1"; empty where nothing is said.
std::string bounds(const json& schema, const char* least, const char* most) {
    const auto from = schema.find(least);
    const auto to = schema.find(most);
    if (from != schema.end() && to != schema.end()) return from->dump() + " to " + to->dump();
    if (to != schema.end()) return "at most " + to->dump();
    return from == schema.end() ? "" : "at least " + from->dump();
}

std::string choices(const json& values) {
    std::string list;
    for (const json& value : values) list += (list.empty() ? "" : ", ") + plainText(value);
    return "must be one of " + list;
}

std::string wholeNumber(const json& schema) {
    const std::string range = bounds(schema, "minimum", "maximum");
    const bool hasBoth = schema.contains("minimum") && schema.contains("maximum");
    if (range.empty()) return "must be a whole number";
    return hasBoth ? "must be a whole number from " + range : "must be a whole number, " + range;
}

std::string kindOf(const std::string& type) {
    if (type == "array") return "must be a list";
    if (type == "object") return "must be an object";
    if (type == "boolean") return "must be true or false";
    if (type == "string") return "must be a string";
    return "must be of type " + type;
}

std::string missingMember(const json& schema, const json& value) {
    for (const json& name : schema.value("required", json::array()))
        if (!value.contains(name.get<std::string>())) return "lacks " + name.dump();
    return "must have " + bounds(schema, "minProperties", "maxProperties") + " members";
}

std::string text(const json& schema) {
    const std::string length = bounds(schema, "minLength", "maxLength");
    if (schema.contains("pattern")) return "must be of the form " + plainText(schema.at("pattern"));
    return "must have " + length + " characters";
}

}  // namespace

bool isKindOf(const json& schema, const json& value) {
    const std::string type = schema.value("type", "");
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    return type != "integer" || value.is_number_integer();
}

bool isOfAllowedLength(const json& schema, const json& value) {
    return value.size() >= schema.value("minItems", std::size_t{0}) &&
           value.size() <= schema.value("maxItems", value.size());
}

std::string reasonFor(const json& schema, const json& value) {
    if (const auto words = schema.find("x-mustBe"); words != schema.end())
        return "must be " + plainText(*words);
    if (const auto values = schema.find("enum"); values != schema.end()) return choices(*values);
    const std::string type = schema.value("type", "");
    if (type == "integer") return wholeNumber(schema);
    if (!isKindOf(schema, value)) return kindOf(type);
    if (value.is_array()) return "must have " + bounds(schema, "minItems", "maxItems") + " entries";
    if (value.is_object()) return missingMember(schema, value);
    return value.is_string() ? text(schema) : "is not allowed";
}

}  // namespace ukey::schema
