// What does not fit a schema is found where it stands, and told in words.
#include "tokenlib/schema/schema.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "tokenlib/base/error.hpp"

namespace ukey::schema {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = R"({
    "type": "object", "additionalProperties": false, "required": ["kind"], "definitions": {"name": {"type": "string", "minLength": 1, "maxLength": 4}},
    "properties": {
        "kind": {"enum": ["a", "b", 3]},
        "definitions": {"type": "boolean"},
        "name": {"$ref": "#/definitions/name"},
        "whole": {"type": "integer", "minimum": -1},
        "any": {"type": "integer"},
        "word": {"x-mustBe": "one word", "type": "string", "maxLength": 9, "pattern": "^[a-z]+$"},
        "form": {"type": "string", "maxLength": 9, "pattern": "^[a-z]+$"},
        "list": {"type": "array", "maxItems": 2, "items": {"type": "object", "properties": {"name": {"$ref": "#/definitions/name"}}}},
        "map": {"type": "object", "propertyNames": {"type": "string", "maxLength": 3}, "additionalProperties": {"type": "boolean"}},
        "other": {"type": "object"}
    },
    "allOf": [{"if": {"properties": {"kind": {"const": "a"}}}, "then": {"properties": {"other": {"$ref": "elsewhere/other.json"}}}}]
})";
constexpr std::string_view kOther =
    R"({"type": "object", "additionalProperties": false, "properties": {"x": {"$ref": "#/definitions/x"}},
                                        "definitions": {"x": {"type": "boolean"}}})";

std::string complaint(const json& document) {
    static const Schema schema(kSchema, {{"other.json", kOther}});
    const auto found = schema.complaintAbout(document);
    return found ? found->pointer + ": " + found->reason : "fits";
}

TEST(Schema, whatFits_hasNoComplaint) {
    EXPECT_EQ(complaint({{"kind", "b"},
                         {"name", "four"},
                         {"whole", -1},
                         {"any", 7},
                         {"word", "w"},
                         {"definitions", true}}),
              "fits");
    EXPECT_EQ(complaint({{"kind", 3}, {"list", json::array({json::object()})}, {"map", {{"abc", true}}}}),
              "fits");
    EXPECT_EQ(complaint({{"kind", "a"}, {"other", {{"x", true}}}}), "fits");
    EXPECT_EQ(complaint({{"kind", "b"}, {"other", {{"y", 1}}}}), "fits");
}

TEST(Schema, whatDoesNotFit_isToldWithItsPlace) {
    const std::vector<std::pair<json, std::string>> table{
        {1, ": must be an object"},
        {json::object(), ": lacks \"kind\""},
        {{{"kind", "c"}}, "/kind: must be one of a, b, 3"},
        {{{"kind", "b"}, {"nmae", 1}}, "/nmae: is not a known key"},
        {{{"kind", "b"}, {"a/b", 1}}, "/a~1b: is not a known key"},
        {{{"kind", "b"}, {"definitions", 1}}, "/definitions: must be true or false"},
        {{{"kind", "b"}, {"name", 1}}, "/name: must be a string"},
        {{{"kind", "b"}, {"name", "fives"}}, "/name: must have 1 to 4 characters"},
        {{{"kind", "b"}, {"whole", -2}}, "/whole: must be a whole number, at least -1"},
        {{{"kind", "b"}, {"any", 1.5}}, "/any: must be a whole number"},
        {{{"kind", "b"}, {"any", "1"}}, "/any: must be a whole number"},
        {{{"kind", "b"}, {"word", "A"}}, "/word: must be one word"},
        {{{"kind", "b"}, {"word", 1}}, "/word: must be one word"},
        {{{"kind", "b"}, {"form", "A"}}, "/form: must be of the form ^[a-z]+$"},
        {{{"kind", "b"}, {"list", true}}, "/list: must be a list"},
        {{{"kind", "b"}, {"list", {{{"name", "n"}}, 1}}}, "/list/1: must be an object"},
        {{{"kind", "b"}, {"list", {{{"name", "n"}}, {{"name", ""}}}}},
         "/list/1/name: must have 1 to 4 characters"},
        {{{"kind", "b"}, {"list", {1, 2, 3}}}, "/list: must have at most 2 entries"},
        {{{"kind", "b"}, {"map", {{"abcd", true}}}}, "/map/abcd: must have at most 3 characters"},
        {{{"kind", "b"}, {"map", {{"a", 1}}}}, "/map/a: must be true or false"},
        {{{"kind", "a"}, {"other", {{"y", 1}}}}, "/other/y: is not a known key"},
        {{{"kind", "a"}, {"other", {{"x", 1}}}}, "/other/x: must be true or false"},
    };
    for (const auto& [document, expected] : table) EXPECT_EQ(complaint(document), expected) << document;
}

TEST(Schema, textThatIsTooLong_isRefusedBeforeItIsMatched) {
    EXPECT_EQ(complaint({{"kind", "b"}, {"word", std::string(5'000'000, 'a')}}), "/word: must be one word");
}

TEST(Schema, referenceThatLeadsNowhereOrInACircle_isAnError) {
    for (const char* schema : {R"({"$ref": "#/definitions/none"})", R"({"$ref": "none.json"})",
                               R"({"properties": {"a": {"$ref": "#"}}})"})
        EXPECT_THROW(Schema{schema}, Error) << schema;
}

void expectLengthBesideEachPattern(const json& schema, const std::string& where) {
    if (schema.is_object() && schema.contains("pattern") && schema["pattern"].is_string()) {
        EXPECT_TRUE(schema.contains("maxLength")) << where << ": " << schema;
    }
    if (schema.is_structured())
        for (const json& inner : schema) expectLengthBesideEachPattern(inner, where);
}

TEST(Schema, everyPatternOfOurOwnSchemas_hasALengthBesideIt) {
    for (const char* folder : {"/daemon/config", "/tokenlib/models", "/tokenlib/drivers/options"}) {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(UKEY_SOURCE_DIR + std::string(folder))) {
            if (!entry.path().filename().string().ends_with(".schema.json")) continue;
            ++count;
            expectLengthBesideEachPattern(json::parse(std::ifstream(entry.path())), folder);
        }
        EXPECT_GT(count, 0U) << folder;
    }
}

}  // namespace
}  // namespace ukey::schema
