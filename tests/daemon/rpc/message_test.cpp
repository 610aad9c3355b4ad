#include "daemon/rpc/message.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "daemon/rpc/description.hpp"
#include "daemon/rpc/structure.hpp"

namespace ukey::rpc {
namespace {

using nlohmann::json;

int numberFor(const std::string& text) {
    const Envelope envelope(text);
    return envelope.fault() ? envelope.fault()->number() : 0;
}

TEST(Envelope, properRequest_isTakenApart) {
    const Envelope envelope(R"({"jsonrpc":"2.0","id":7,"method":"tokens.list","params":{"a":[1]}})");
    ASSERT_FALSE(envelope.fault());
    EXPECT_TRUE(envelope.wantsAnswer());
    EXPECT_EQ(envelope.id(), 7);
    EXPECT_EQ(envelope.method(), "tokens.list");
    EXPECT_EQ(envelope.params(), json::parse(R"({"a":[1]})"));
}

TEST(Envelope, withoutParams_hasEmptyOnes) {
    EXPECT_EQ(Envelope(R"({"jsonrpc":"2.0","id":"x","method":"m"})").params(), json::object());
}

TEST(Envelope, withoutId_wantsNoAnswer) {
    const Envelope envelope(R"({"jsonrpc":"2.0","method":"m"})");
    EXPECT_FALSE(envelope.fault());
    EXPECT_FALSE(envelope.wantsAnswer());
}

TEST(Envelope, whatIsNoRequest_hasTheNumberOfItsFault_S33) {
    const std::vector<std::pair<std::string, int>> table{
        {"", kParseError},
        {"]", kParseError},
        {"{", kParseError},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"} x", kParseError},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}", kParseError},
        {R"({"jsonrpc":"2.0","id":1,"method":"\ud800"})", kParseError},
        {"[]", kInvalidRequest},
        {R"([{"jsonrpc":"2.0","id":1,"method":"m"}])", kInvalidRequest},
        {"1", kInvalidRequest},
        {"null", kInvalidRequest},
        {R"({"id":1,"method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"1.0","id":1,"method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":2.0,"id":1,"method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":1})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":1,"method":1})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":null,"method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":1e300,"method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":{},"method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":"","method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":")" + std::string(65, 'i') + R"(","method":"m"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":1,"method":"m","extra":1})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":1,"method":"m","params":[]})", kInvalidParams},
        {R"({"jsonrpc":"2.0","id":1,"method":"m","params":"x"})", kInvalidParams},
        {R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(65, 'm') + R"("})", kMethodNotFound},
    };
    for (const auto& [text, number] : table) EXPECT_EQ(numberFor(text), number) << text;
}

TEST(Envelope, faultyRequest_keepsItsId) {
    EXPECT_EQ(Envelope(R"({"jsonrpc":"2.0","id":9,"method":1})").id(), 9);
    EXPECT_EQ(Envelope(R"({"jsonrpc":"2.0","id":[9],"method":"m"})").id(), nullptr);
}

TEST(Envelope, nestedDeep_isRefusedBeforeItIsParsed_S31) {
    std::string deep = R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":)";
    deep += std::string(100'000, '[') + std::string(100'000, ']') + "}}";
    EXPECT_EQ(numberFor(deep), kInvalidRequest);
    EXPECT_EQ(numberFor(std::string(100'000, '[')), kInvalidRequest);
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
    EXPECT_EQ(numberFor(objects), kInvalidRequest);
}

TEST(Envelope, withManyValues_isRefusedBeforeItIsParsed_S31) {
    std::string wide = R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":[0)";
    for (int i = 0; i < 1'000'000; ++i) wide += ",0";
    EXPECT_EQ(numberFor(wide + "]}}"), kInvalidRequest);
}

TEST(Envelope, bracketsInStrings_doNotCount) {
    const std::string inner = std::string(1000, '[') + "\\\"" + std::string(50'000, ',') + "\\\\";
    EXPECT_EQ(numberFor(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":")" + inner + R"("}})"), 0);
}

TEST(Structure, limits_areInclusive) {
    EXPECT_TRUE(isWithin("[[[]]]", {.depth = 3, .values = 100}));
    EXPECT_FALSE(isWithin("[[[]]]", {.depth = 2, .values = 100}));
    EXPECT_TRUE(isWithin("[1,2,3]", {.depth = 1, .values = 4}));
    EXPECT_FALSE(isWithin("[1,2,3,4]", {.depth = 1, .values = 4}));
    EXPECT_TRUE(isWithin("\"unfinished \\", {.depth = 1, .values = 1}));
    EXPECT_TRUE(isWithin("]]]]", {.depth = 0, .values = 1}));
}

TEST(Envelope, fieldNamedLikeAPin_isRefusedWhereverItStands_S10) {
    for (const std::string name :
         {"pin", "PIN", "Pin", "userPin", "user_pin", "adminPin", "admin-pin", "soPIN", "puk", "PUK",
          "password", "passwd", "oldPassword", "newPin", "pinCode", "pin_value", "passphrase"}) {
        const json flat = {{"jsonrpc", "2.0"},
                           {"id", 1},
                           {"method", "pin.verify"},
                           {"params", {{"token", "t"}, {name, "1"}}}};
        EXPECT_EQ(numberFor(flat.dump()), kInvalidParams) << name;
        const json deep = {{"jsonrpc", "2.0"},
                           {"id", 1},
                           {"method", "m"},
                           {"params", {{"a", {1, {{"b", {{name, nullptr}}}}}}}}};
        EXPECT_EQ(numberFor(deep.dump()), kInvalidParams) << name;
    }
}

TEST(Envelope, fieldNotNamedLikeAPin_isAccepted) {
    for (const std::string name :
         {"pinned", "spin", "opinion", "mapping", "shipping", "token", "key", "passport"}) {
        const json message = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", "m"}, {"params", {{name, "1"}}}};
        EXPECT_EQ(numberFor(message.dump()), 0) << name;
    }
}

TEST(Replies, hostileTexts_comeBackAsTheyWere_S30) {
    const std::vector<std::string> corpus{"\"",
                                          "\\",
                                          "</script>",
                                          "\n\r\t",
                                          std::string("\0", 1),
                                          "\xe2\x80\xa8",
                                          "\xf0\x9f\x94\x91",
                                          "张三",
                                          "\",\"x\":\"",
                                          "\x7f",
                                          "\\u0022"};
    for (const std::string& text : corpus) {
        const json parsed = json::parse(resultText(1, {{"a", text}, {text, 1}}));
        EXPECT_EQ(parsed.at("result").at("a"), text);
        EXPECT_EQ(parsed.at("result").at(text), 1);
    }
}

TEST(Replies, brokenTextOfADriver_isReplacedAndNotFatal_S30) {
    EXPECT_NO_THROW(EXPECT_TRUE(json::parse(resultText(1, {{"a", "\xff\xfe"}})).contains("result")));
}

TEST(Errors, haveCodeNumberRetryHintAndLanguage) {
    const Error error = Error(ErrorCode::pinIncorrect, "CKR_PIN_INCORRECT secret detail").withTriesLeft(3);
    const json chinese = json::parse(errorText("id", error, Language::chinese, "tok"));
    EXPECT_EQ(chinese.at("id"), "id");
    EXPECT_EQ(chinese.at("error").at("code"), -32014);
    EXPECT_EQ(chinese.at("error").at("message"), errorMessage(Language::chinese, ErrorCode::pinIncorrect));
    const json& data = chinese.at("error").at("data");
    EXPECT_EQ(data.at("code"), "pin-incorrect");
    EXPECT_EQ(data.at("retryable"), true);
    EXPECT_EQ(data.at("hint"), errorHint(Language::chinese, ErrorCode::pinIncorrect));
    EXPECT_EQ(data.at("triesLeft"), 3);
    EXPECT_EQ(data.at("token"), "tok");
    EXPECT_EQ(chinese.dump().find("secret detail"), std::string::npos);
    EXPECT_EQ(json::parse(errorText(1, error, Language::english)).at("error").at("message"),
              errorMessage(Language::english, ErrorCode::pinIncorrect));
}

TEST(Errors, mismatch_carriesTheReasonInDataAndWords) {
    const Error error = Error(ErrorCode::certificateMismatch, "log").withReason(Reason::notYetValid);
    const json answer = json::parse(errorText(1, error, Language::english)).at("error");
    EXPECT_EQ(answer.at("data").at("code"), "certificate-mismatch");
    EXPECT_EQ(answer.at("data").at("reason"), "not-yet-valid");
    EXPECT_NE(answer.at("message").get<std::string>().find("not valid yet"), std::string::npos);
    const json plain =
        json::parse(errorText(1, Error(ErrorCode::certificateMismatch, "log"), Language::english));
    EXPECT_EQ(plain.at("/error/data/reason"_json_pointer), "key") << "as drivers say it";
    const std::string described =
        json::parse(descriptionText())
            .at("/components/schemas/ErrorData/properties/reason/description"_json_pointer);
    for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
        const std::string name(toString(static_cast<Reason>(i)));
        EXPECT_NE(described.find("`" + name + "`"), std::string::npos) << name;
    }
}

TEST(Errors, numbers_areThoseOfTheDescription) {
    const json description = json::parse(descriptionText());
    std::size_t count = 0;
    for (const auto& [name, entry] : description.at("components").at("errors").items()) {
        const auto code = errorCodeFrom(name);
        ASSERT_TRUE(code) << name;
        EXPECT_EQ(numberOf(*code), entry.at("code").get<int>()) << name;
        EXPECT_EQ(isRetryable(*code), entry.at("data").at("retryable").get<bool>()) << name;
        ++count;
    }
    EXPECT_EQ(count, static_cast<std::size_t>(ErrorCode::internal) + 1);
}

TEST(WithoutParams, keepsWhatSaysWhatTheMessageIs) {
    const std::string data = std::string(100'000, 'x');
    EXPECT_EQ(withoutParams(R"({"id":1,"jsonrpc":"2.0","method":"m","params":{"data":")" + data),
              R"({"id":1,"jsonrpc":"2.0","method":"m"})");
    EXPECT_EQ(withoutParams(R"( { "params" : {"a":["}\"",{}], "b": ")" + data +
                            R"("} , "method":"m", "id":"x" } )"),
              R"({"method":"m","id":"x"})");
    EXPECT_EQ(withoutParams(R"({"method":"m","params":{}})"), R"({"method":"m"})");
    EXPECT_EQ(withoutParams(R"({"method":"m","params":[1,2],"id":7})"), R"({"method":"m","id":7})");
}

TEST(WithoutParams, isNothingWhereTheTextEndsTooEarlyOrIsNoObject) {
    for (const std::string text :
         {"", "  ", "[]", "7", "{", R"({"method)", R"({"method")", R"({"method":)", R"({"method":"m")",
          R"({"method":"m",)", R"({"method":"m","params":{"a":1})",
          R"({"params":{"method":"m","id":1}})"
          "x",
          R"({"method" "m"})", R"({"method":"m" "id":1})"}) {
        const auto rest = withoutParams(text);
        EXPECT_TRUE(!rest || *rest == "{}") << text << *rest;
    }
}

}  // namespace
}  // namespace ukey::rpc
