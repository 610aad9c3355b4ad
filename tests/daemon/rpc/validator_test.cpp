#include "daemon/rpc/validator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "daemon/rpc/description.hpp"
#include "daemon/rpc/message.hpp"

namespace ukey::rpc {
namespace {

using nlohmann::json;

class ValidatorOfTheDescription : public testing::Test {
  protected:
    std::string refusal(const std::string& method, const std::string& params) {
        try {
            validator_.check(method, json::parse(params));
            return {};
        } catch (const BadMessage& error) {
            number_ = error.number();
            return error.what();
        }
    }
    Validator validator_{descriptionText()};
    int number_ = 0;
};

TEST_F(ValidatorOfTheDescription, properParams_pass) {
    const std::string digest(43, 'A');
    const std::vector<std::pair<std::string, std::string>> table{
        {"bridge.hello", R"({"client":{"name":"sdk","version":"1"},"locale":"zh-CN","resume":"abc"})"},
        {"bridge.requestAccess", R"({"scopes":["tokens","sign"]})"},
        {"bridge.cancel", R"({"request":1})"},
        {"bridge.cancel", R"({"request":"a"})"},
        {"tokens.list", "{}"},
        {"certificates.list", R"({"usage":"sign"})"},
        {"pin.verify", R"({"token":"t"})"},
        {"sign.digest", R"({"certificate":"c","digestAlgorithm":"sha256","digest":")" + digest + R"("})"},
        {"sign.data", R"({"certificate":"c","format":"raw","data":"AA"})"},
        {"sign.data", R"({"certificate":"c","format":"cms","stream":1})"},
        {"stream.credit", R"({"stream":1,"bytes":1})"},
    };
    for (const auto& [method, params] : table) EXPECT_EQ(refusal(method, params), "") << method << params;
}

TEST_F(ValidatorOfTheDescription, refusal_saysWhereAndWhatWouldFit) {
    const std::vector<std::array<std::string, 3>> table{
        {"bridge.hello", R"({"client":{"name":"sdk"}})", R"(params/client lacks "version")"},
        {"bridge.hello", R"({"client":{"name":"sdk","version":1}})",
         "params/client/version must be a string"},
        {"tokens.list", R"({"all":true})", "params/all is not a known key"},
        {"pin.verify", R"({"token":""})", "params/token must have "},
        {"bridge.requestAccess", R"({"scopes":["all"]})", "params/scopes/0 must be one of tokens, "},
    };
    for (const auto& [method, params, words] : table)
        EXPECT_EQ(refusal(method, params).substr(0, words.size()), words);
    const std::string many = json(std::vector<std::string>(300, "all")).dump();
    EXPECT_EQ(refusal("bridge.requestAccess", R"({"scopes":)" + many + "}"),
              "the params do not fit the method");
}

TEST_F(ValidatorOfTheDescription, paramsThatDoNotFit_areRefused_S33) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"bridge.hello", "{}"},
        {"bridge.hello", R"({"client":{"name":"sdk"}})"},
        {"bridge.hello", R"({"client":{"name":"sdk","version":"1","url":"https://x"}})"},
        {"bridge.hello", R"({"client":{"name":"sdk","version":1}})"},
        {"bridge.hello", R"({"client":{"name":"","version":"1"}})"},
        {"bridge.hello", R"({"client":{"name":"sdk","version":"1"},"origin":"https://portal.example"})"},
        {"bridge.requestAccess", R"({"scopes":[]})"},
        {"bridge.requestAccess", R"({"scopes":["all"]})"},
        {"bridge.requestAccess", R"({"scopes":"tokens"})"},
        {"bridge.cancel", R"({"request":null})"},
        {"tokens.list", R"({"all":true})"},
        {"certificates.list", R"({"usage":"both"})"},
        {"pin.verify", R"({"token":1})"},
        {"pin.verify", R"({"token":""})"},
        {"sign.digest",
         R"({"certificate":"c","digestAlgorithm":"sha1","digest":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})"},
        {"sign.digest",
         R"({"certificate":"c","digestAlgorithm":"md5","digest":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})"},
        {"sign.digest", R"({"certificate":"c","digestAlgorithm":"sha256","digest":"AA"})"},
        {"sign.data", R"({"certificate":"c","format":"raw"})"},
        {"sign.data", R"({"certificate":"c","format":"raw","data":"AA","stream":1})"},
        {"sign.data", R"({"certificate":"c","format":"raw","file":"/etc/passwd"})"},
    };
    for (const auto& [method, params] : table) {
        EXPECT_NE(refusal(method, params), "") << method << params;
        EXPECT_EQ(number_, kInvalidParams);
    }
}

TEST_F(ValidatorOfTheDescription, unknownMethod_hasItsOwnNumber_S33) {
    EXPECT_NE(refusal("tokens.format", "{}"), "");
    EXPECT_EQ(number_, kMethodNotFound);
}

/// Walks the schema as the validator would and collects members that no request may have.
void collectNames(const json& schema, const json& description, std::vector<std::string>& names) {
    if (schema.is_array()) {
        for (const json& item : schema) collectNames(item, description, names);
    } else if (schema.is_object()) {
        if (const auto ref = schema.find("$ref"); ref != schema.end())
            return collectNames(description.at(json::json_pointer(ref->get<std::string>().substr(1))),
                                description, names);
        if (const auto properties = schema.find("properties");
            properties != schema.end() && properties->is_object()) {
            for (const auto& [name, value] : properties->items()) names.push_back(name);
        }
        for (const auto& [key, value] : schema.items()) collectNames(value, description, names);
    }
}

TEST(Description, everyMethod_compilesAndHasNoFieldForASecretAFileOrAnOrigin_S10_S46_S1) {
    const json description = json::parse(descriptionText());
    Validator validator(descriptionText());
    for (const json& method : description.at("methods")) {
        try {
            validator.check(method.at("name"), json{{"no such member", 1}});
            ADD_FAILURE() << method.at("name") << " takes unknown members";
        } catch (const BadMessage& error) {
            EXPECT_EQ(error.number(), kInvalidParams);
        }
        std::vector<std::string> names;
        collectNames(method.at("x-params"), description, names);
        for (const std::string& name : names) {
            for (const std::string word :
                 {"pin", "puk", "password", "path", "file", "library", "origin", "url"})
                EXPECT_NE(name, word) << method.at("name");
        }
    }
}

TEST(Description, requests_holdNoPattern) {
    const json description = json::parse(descriptionText());
    for (const json& method : description.at("methods")) {
        const std::string params = method.at("x-params").at("$ref");
        EXPECT_EQ(description.at(json::json_pointer(params.substr(1))).dump().find("\"pattern\""),
                  std::string::npos);
    }
}

}  // namespace
}  // namespace ukey::rpc
