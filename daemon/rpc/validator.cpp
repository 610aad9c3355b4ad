#include "daemon/rpc/validator.hpp"

#include <nlohmann/json.hpp>
#include <unordered_map>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "daemon/rpc/message.hpp"

namespace ukey::rpc {
namespace {

using nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

constexpr std::size_t kMostValuesExplained = 200;
constexpr int kDeepestSchema = 32;

const json* findNamed(const json& list, std::string_view name) {
    for (const json& entry : list) {
        if (entry.at("name") == name) return &entry;
    }
    return nullptr;
}

/// The schema with every reference replaced by what it names, and without what a validator should not spend
/// its time on: words for people, and keywords whose cost grows faster than the input (a set of scopes has no
/// doubles anyway).
json selfContained(const json& schema, const json& description, int depth = 0) {
    if (depth > kDeepestSchema) throw Error(ErrorCode::internal, "the description refers to itself");
    if (schema.is_array()) {
        json items = json::array();
        for (const json& item : schema) items.push_back(selfContained(item, description, depth + 1));
        return items;
    }
    if (!schema.is_object()) return schema;
    if (const auto reference = schema.find("$ref"); reference != schema.end()) {
        const std::string pointer = reference->get<std::string>().substr(1);
        return selfContained(description.at(json::json_pointer(pointer)), description, depth + 1);
    }
    json plain = json::object();
    for (const auto& [key, value] : schema.items()) {
        const bool wordOnly = value.is_string() && (key == "description" || key == "format");
        const bool costly = key == "uniqueItems" && value.is_boolean();
        if (!wordOnly && !costly) plain[key] = selfContained(value, description, depth + 1);
    }
    return plain;
}

std::size_t countValues(const json& value) {
    std::size_t count = 1;
    if (value.is_structured()) {
        for (const json& inner : value) count += countValues(inner);
    }
    return count;
}

}  // namespace

struct Validator::Compiled {
    std::string_view description;
    // The compiled schema holds no reference into the JSON that it was made of.
    std::unordered_map<std::string, std::unique_ptr<valijson::Schema>> schemas;
    valijson::Validator validator{valijson::Validator::kStrongTypes};

    const valijson::Schema& schemaOf(const std::string& method) {
        const auto found = schemas.find(method);
        if (found != schemas.end()) return *found->second;
        const json document = json::parse(description);
        const json* entry = findNamed(document.at("methods"), method);
        if (!entry) entry = findNamed(document.at("x-notifications"), method);
        if (!entry) throw BadMessage(kMethodNotFound, "no such method");
        const json plain = selfContained(entry->at("x-params"), document);
        auto schema = std::make_unique<valijson::Schema>();
        valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(plain), *schema);
        return *schemas.emplace(method, std::move(schema)).first->second;
    }

    std::string explain(const valijson::Schema& schema, const json& params) {
        const std::string general = "the params do not fit the method";
        if (countValues(params) > kMostValuesExplained) return general;
        valijson::ValidationResults results;
        validator.validate(schema, Adapter(params), &results);
        valijson::ValidationResults::Error error;
        if (!results.popError(error)) return general;
        std::string where = "params";
        for (std::size_t i = 1; i < error.context.size(); ++i) where += error.context[i];
        return where + ": " + error.description;
    }
};

Validator::Validator(std::string_view description) : compiled_(std::make_unique<Compiled>()) {
    compiled_->description = description;
}
Validator::~Validator() = default;

void Validator::check(const std::string& method, const json& params) {
    const valijson::Schema& schema = compiled_->schemaOf(method);
    if (compiled_->validator.validate(schema, Adapter(params), nullptr)) return;
    throw BadMessage(kInvalidParams, compiled_->explain(schema, params));
}

}  // namespace ukey::rpc
