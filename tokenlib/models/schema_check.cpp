#include "tokenlib/models/schema_check.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tokenlib/base/error.hpp"

namespace ukey::models {
namespace {

/// valijson names a place as "<root>", "[models]", "[0]".
std::string pointerOf(const std::vector<std::string>& context) {
    std::string pointer;
    for (std::string part : context) {
        if (part == "<root>") continue;
        if (part.size() >= 2 && part.front() == '[' && part.back() == ']')
            part = part.substr(1, part.size() - 2);
        pointer += "/" + part;
    }
    return pointer.empty() ? "/" : pointer;
}

}  // namespace

void requireSchema(const nlohmann::json& document, std::string_view schema, const std::string& what) {
    const auto schemaDocument = nlohmann::json::parse(schema);
    valijson::Schema parsed;
    valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(schemaDocument), parsed);
    valijson::ValidationResults results;
    valijson::Validator validator;
    if (validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(document), &results)) return;
    // The deepest complaint is the cause; the others follow from it.
    valijson::ValidationResults::Error error;
    valijson::ValidationResults::Error deepest;
    while (results.popError(error)) {
        if (error.context.size() >= deepest.context.size()) deepest = error;
    }
    throw Error(ErrorCode::badRequest, what + ": " + pointerOf(deepest.context) + " " + deepest.description);
}

}  // namespace ukey::models
