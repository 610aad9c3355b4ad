#include "tokenlib/schema/schema.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tokenlib/base/error.hpp"
#include "tokenlib/schema/reason.hpp"

namespace ukey::schema {
namespace {

using nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;
using Pointer = json::json_pointer;

constexpr int kDeepestSchema = 32;

/// A schema with every reference replaced by what it names, and without what a validator should not spend its
/// time on: words, and a keyword whose cost grows faster than the input.
class Resolver {
  public:
    Resolver(const json& root, const std::vector<ReferredFile>& others) : root_(root), others_(others) {}

    json resolved(const json& schema, int depth) const {
        if (depth > kDeepestSchema) throw Error(ErrorCode::internal, "a schema refers to itself");
        if (schema.is_array()) {
            json items = json::array();
            for (const json& item : schema) items.push_back(resolved(item, depth + 1));
            return items;
        }
        if (!schema.is_object()) return schema;
        if (const auto reference = schema.find("$ref"); reference != schema.end())
            return referred(reference->get<std::string>(), depth + 1);
        json plain = json::object();
        for (const auto& [key, value] : schema.items()) {
            const bool isWord =
                (key == "description" || key == "title" || key == "format") && value.is_string();
            const bool isCostly = key == "uniqueItems" && value.is_boolean();
            const bool isForReferences = key == "definitions" && &schema == &root_;
            if (!isWord && !isCostly && !isForReferences && key != "x-zh-CN")
                plain[key] = resolved(value, depth + 1);
        }
        return plain;
    }

  private:
    json referred(const std::string& reference, int depth) const {
        if (reference.starts_with('#')) {
            const Pointer pointer(reference.substr(1));
            if (!root_.contains(pointer)) throw leadsNowhere(reference);
            return resolved(root_.at(pointer), depth);
        }
        const std::string name = reference.substr(reference.rfind('/') + 1);
        const auto other = std::find_if(others_.begin(), others_.end(),
                                        [&](const ReferredFile& file) { return file.name == name; });
        if (other == others_.end()) throw leadsNowhere(reference);
        const json document = json::parse(other->text);
        return Resolver(document, others_).resolved(document, depth);
    }

    static Error leadsNowhere(const std::string& reference) {
        return {ErrorCode::internal, "a schema refers to " + reference + ", which is not there"};
    }

    const json& root_;
    const std::vector<ReferredFile>& others_;
};

class Judge {
  public:
    explicit Judge(const json& schema) {
        valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(schema), schema_);
    }
    /// Stops at the first thing that does not fit; so no pattern is tried on what is longer than allowed.
    bool accepts(const json& value) { return validator_.validate(schema_, Adapter(value), nullptr); }

  private:
    valijson::Schema schema_;
    valijson::Validator validator_{valijson::Validator::kStrongTypes};
};

bool fits(const json& schema, const json& value) { return Judge(schema).accepts(value); }

/// Looks for the innermost part that does not fit: what lies around it does not fit for that reason alone.
/// Which part does, the judge says; the words are those of the schema that the part had to keep to.
class Search {
  public:
    Complaint explain(const json& schema, const json& value, const Pointer& at) {
        std::optional<Complaint> inner;
        if (isKindOf(schema, value) && value.is_object()) inner = inMembers(schema, value, at);
        if (isKindOf(schema, value) && value.is_array()) inner = inItems(schema, value, at);
        if (!inner) inner = inConditions(schema, value, at);
        return inner ? *std::move(inner) : Complaint{at.to_string(), reasonFor(schema, value)};
    }

  private:
    std::optional<Complaint> inMembers(const json& schema, const json& value, const Pointer& at) {
        const json members = schema.value("properties", json::object());
        const json names = schema.value("propertyNames", json(true));
        const json others = schema.value("additionalProperties", json(true));
        for (const auto& [key, member] : value.items()) {
            const auto known = members.find(key);
            const json& expected = known == members.end() ? others : *known;
            if (expected == false) return Complaint{(at / key).to_string(), "is not a known key"};
            if (names.is_object() && !fits(names, key))
                return Complaint{(at / key).to_string(), reasonFor(names, key)};
            if (expected.is_object() && !fits(expected, member)) return explain(expected, member, at / key);
        }
        return std::nullopt;
    }

    std::optional<Complaint> inItems(const json& schema, const json& value, const Pointer& at) {
        const auto expected = schema.find("items");
        if (expected == schema.end() || !isOfAllowedLength(schema, value)) return std::nullopt;
        Judge judge(*expected);
        for (std::size_t i = 0; i < value.size(); ++i)
            if (!judge.accepts(value[i])) return explain(*expected, value[i], at / i);
        return std::nullopt;
    }

    std::optional<Complaint> inConditions(const json& schema, const json& value, const Pointer& at) {
        for (const json& part : schema.value("allOf", json::array())) {
            if (fits(part, value)) continue;
            return explain(part.contains("if") ? part.at("then") : part, value, at);
        }
        return std::nullopt;
    }
};

}  // namespace

struct Schema::Compiled {
    explicit Compiled(json resolved) : plain(std::move(resolved)), judge(plain) {}

    json plain;
    Judge judge;
};

Schema::Schema(std::string_view text, const std::vector<ReferredFile>& others) {
    const json document = json::parse(text);
    compiled_ = std::make_unique<Compiled>(Resolver(document, others).resolved(document, 0));
}
Schema::Schema(const json& part, const json& document)
    : compiled_(std::make_unique<Compiled>(Resolver(document, {}).resolved(part, 0))) {}
Schema::~Schema() = default;

bool Schema::accepts(const json& document) const { return compiled_->judge.accepts(document); }

std::optional<Complaint> Schema::complaintAbout(const json& document) const {
    if (compiled_->judge.accepts(document)) return std::nullopt;
    return Search().explain(compiled_->plain, document, Pointer());
}

}  // namespace ukey::schema
