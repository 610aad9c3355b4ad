#include "tokenlib/drivers/skf/skf_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "tokenlib/base/error.hpp"

namespace ukey::skf {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

std::string refusal(std::string_view json) {
    try {
        (void)parseSkfOptions(json);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::badRequest);
        return error.what();
    }
    return "accepted";
}

TEST(SkfOptionsJson, nothing_isTheStandard) {
    EXPECT_EQ(parseSkfOptions(""), SkfOptions{});
    EXPECT_EQ(parseSkfOptions("{}"), SkfOptions{});
}

TEST(SkfOptionsJson, everything_isRead) {
    SkfOptions expected;
    expected.model = "M";
    expected.abi = {64, Packing::natural, CallingConvention::cCall};
    expected.application = "APP";
    expected.maxContainers = 8;
    expected.events = true;
    expected.pinMinLength = 4;
    expected.pinMaxLength = 8;
    expected.quirks = {NumberAlignment::left,
                       true,
                       true,
                       true,
                       Sm2DecryptForm::keySpecBlob,
                       RsaDecryptForm::keySpec,
                       RemoteUnblockForm::fixedLength,
                       {{0x0A000033, 0x0A00002F}}};
    EXPECT_EQ(parseSkfOptions(R"({"model": "M",
        "abi": {"ulongBits": 64, "packing": "natural", "callingConvention": "c"},
        "application": "APP", "maxContainers": 8, "events": true, "pin": {"min": 4, "max": 8},
        "quirks": {"numberAlignment": "left", "rsaSignAddsPrefix": true, "oneTokenAtATime": true, "issuerIsModel": true,
                   "sm2Decrypt": "keySpecBlob", "rsaDecrypt": "keySpec", "remoteUnblock": "fixedLength",
                   "codes": {"0x0A000033": "0x0A00002F"}}})"),
              expected);
}

/// What each member may be, beside its default.
std::vector<Json> choicesOf(const Json& member) {
    if (member.contains("enum")) return member["enum"];
    const std::string type = member.at("type");
    if (type == "integer" && !member.contains("default")) return {member.at("minimum"), member.at("maximum")};
    if (type == "integer") return {member.at("default"), member.at("default").get<int>() + 1};
    if (type == "boolean") return {true, false};
    if (type == "string") return {"text"};
    return {{{"0x1", "0x2"}}};
}

void expectEachRead(const Json& members, const std::function<Json(const Json&)>& around) {
    for (const auto& [key, member] : members.items()) {
        const auto place = [&around, key = key](const Json& value) { return around({{key, value}}); };
        if (member.contains("properties")) {
            expectEachRead(member["properties"], place);
            continue;
        }
        std::vector<SkfOptions> seen;
        const SkfOptions standard;
        for (const Json& choice : choicesOf(member)) {
            const SkfOptions options = parseSkfOptions(place(choice).dump());
            EXPECT_EQ(options == standard, choice == member.value("default", Json())) << key << choice;
            EXPECT_EQ(std::count(seen.begin(), seen.end(), options), 0) << key << choice;
            seen.push_back(options);
        }
    }
}

TEST(SkfOptionsJson, everyKeyAndChoiceOfTheSchema_isReadAndItsDefaultIsTheReaders) {
    std::ifstream schema(UKEY_SOURCE_DIR "/tokenlib/drivers/options/skf.schema.json");
    expectEachRead(Json::parse(schema).at("properties"), [](const Json& value) { return value; });
}

TEST(SkfOptionsJson, whatTheSchemaCannotSay_isPointedAt) {
    EXPECT_THAT(refusal("{"), HasSubstr("driver options"));
    EXPECT_THAT(refusal("[]"), HasSubstr("/ is no object"));
    EXPECT_THAT(refusal(R"({"pin": {"min": 9, "max": 8}})"), HasSubstr("/pin"));
    EXPECT_THAT(refusal(R"({"application": "a\u0000b"})"), HasSubstr("/application"));
    EXPECT_THAT(refusal(R"({"events": "yes"})"), HasSubstr("driver options"));
}

}  // namespace
}  // namespace ukey::skf
