#include "daemon/rpc/validator.hpp"

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "daemon/rpc/message.hpp"
#include "tokenlib/schema/schema.hpp"

namespace ukey::rpc {
namespace {

using nlohmann::json;

constexpr std::size_t kMostValuesExplained = 200;

const json* findNamed(const json& list, std::string_view name) {
    for (const json& entry : list) {
        if (entry.at("name") == name) return &entry;
    }
    return nullptr;
}

std::size_t countValues(const json& value) {
    std::size_t count = 1;
    if (value.is_structured()) {
        for (const json& inner : value) count += countValues(inner);
    }
    return count;
}

/// What does not fit; of little only, for a page can send much that does not.
std::string explanation(const schema::Schema& schema, const json& params) {
    const auto complaint =
        countValues(params) > kMostValuesExplained ? std::nullopt : schema.complaintAbout(params);
    if (!complaint) return "the params do not fit the method";
    return "params" + complaint->pointer + " " + complaint->reason;
}

}  // namespace

struct Validator::Compiled {
    std::string_view description;
    std::unordered_map<std::string, std::unique_ptr<schema::Schema>> schemas;

    const schema::Schema& schemaOf(const std::string& method) {
        const auto found = schemas.find(method);
        if (found != schemas.end()) return *found->second;
        const json document = json::parse(description);
        const json* entry = findNamed(document.at("methods"), method);
        if (!entry) entry = findNamed(document.at("x-notifications"), method);
        if (!entry) throw BadMessage(kMethodNotFound, "no such method");
        auto compiled = std::make_unique<schema::Schema>(entry->at("x-params"), document);
        return *schemas.emplace(method, std::move(compiled)).first->second;
    }
};

Validator::Validator(std::string_view description) : compiled_(std::make_unique<Compiled>()) {
    compiled_->description = description;
}
Validator::~Validator() = default;

void Validator::check(const std::string& method, const json& params) {
    const schema::Schema& schema = compiled_->schemaOf(method);
    if (!schema.accepts(params)) throw BadMessage(kInvalidParams, explanation(schema, params));
}

}  // namespace ukey::rpc
