// Every struct of params against the description, both ways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "daemon/api/method_list.hpp"
#include "daemon/api/params/reader.hpp"
#include "daemon/api/params/writer.hpp"
#include "daemon/rpc/description.hpp"
#include "daemon/rpc/message.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

/// Where the two differ on purpose.
const std::map<std::string, std::set<std::string>>& notOffered() {
    // Tokens have keys of these, and signatures are made with them; RAs issue none for them.
    static const std::map<std::string, std::set<std::string>> values{
        {"enrolment.begin.algorithm", {"rsa4096", "p384"}}};
    return values;
}
/// Texts that are handed to the reader of an RA's answer as they are, which knows their values.
bool isReadElsewhere(const std::string& place) {
    return place == "enrolment.complete.encryptionKey.symmetricAlgorithm";
}

/// Whether the enumeration has an enumerator of that value: then the compiler's name of this has no cast.
template <auto value>
constexpr bool isEnumerator() {
    const std::string_view name = __PRETTY_FUNCTION__;
    const auto at = name.find("value = ");
    return at != std::string_view::npos && name[at + 8] != '(';
}

template <class Enum, std::size_t... number>
std::size_t countEnumerators(std::index_sequence<number...>) {
    return (std::size_t{0} + ... + std::size_t{isEnumerator<static_cast<Enum>(number)>()});
}

class Comparison {
  public:
    explicit Comparison(const json& description) : description_(description) {}

    template <api::HasFields Struct>
    void structure(const std::string& place, const json& reference) {
        const json& schema = resolved(reference);
        EXPECT_EQ(schema.at("type"), "object") << place;
        EXPECT_EQ(schema.at("additionalProperties"), false) << place;
        std::set<std::string> described;
        for (const auto& [name, member] : schema.at("properties").items()) described.insert(name);
        const auto required = schema.value("required", std::set<std::string>());
        std::set<std::string> fields;
        api::forEachField<Struct>([&](const auto& field) {
            const std::string name(field.name);
            EXPECT_TRUE(fields.insert(name).second) << place << ": twice " << name;
            if (!described.contains(name)) return;
            member(field, place + "." + name, schema.at("properties").at(name), required.contains(name));
        });
        EXPECT_EQ(fields, described) << place;
    }

  private:
    const json& resolved(const json& schema) const {
        const auto reference = schema.find("$ref");
        if (reference == schema.end()) return schema;
        return resolved(
            description_.at(json::json_pointer(reference->get_ref<const std::string&>().substr(1))));
    }

    template <class Struct, class Value>
    void member(const api::Field<Struct, Value>&, const std::string& place, const json& schema,
                bool isRequired) {
        EXPECT_TRUE(isRequired) << place << " may be left out";
        value<Value>(place, schema);
    }
    template <class Struct, class Value>
    void member(const api::Field<Struct, std::optional<Value>>&, const std::string& place, const json& schema,
                bool isRequired) {
        EXPECT_FALSE(isRequired) << place << " is required";
        value<Value>(place, schema);
    }

    template <class Value>
    void value(const std::string& place, const json& reference) {
        const json& schema = resolved(reference);
        if constexpr (api::HasFields<Value>) {
            structure<Value>(place, schema);
        } else if constexpr (std::is_enum_v<Value>) {
            choice<Value>(place, schema);
        } else if constexpr (std::same_as<Value, std::string>) {
            EXPECT_EQ(schema.at("type"), "string") << place;
            EXPECT_NE(schema.value("format", ""), "base64url") << place << " is octets";
            EXPECT_EQ(schema.contains("enum"), isReadElsewhere(place)) << place;
        } else if constexpr (std::same_as<Value, Bytes>) {
            EXPECT_EQ(schema.at("type"), "string") << place;
            EXPECT_EQ(schema.value("format", ""), "base64url") << place;
        } else if constexpr (std::same_as<Value, bool>) {
            EXPECT_EQ(schema.at("type"), "boolean") << place;
        } else if constexpr (std::unsigned_integral<Value>) {
            EXPECT_EQ(schema.at("type"), "integer") << place;
            EXPECT_GE(schema.at("minimum"), 0) << place;
            EXPECT_LE(schema.at("maximum").get<std::uint64_t>(), std::numeric_limits<Value>::max()) << place;
        } else if constexpr (std::same_as<Value, api::RequestId>) {
            ASSERT_EQ(schema.at("oneOf").size(), 2U) << place;
            value<std::uint64_t>(place, schema.at("oneOf").at(0));
            value<std::string>(place, schema.at("oneOf").at(1));
        } else {
            EXPECT_EQ(schema.at("type"), "array") << place;
            value<typename Value::value_type>(place + "[]", schema.at("items"));
        }
    }

    template <class Enum>
    void choice(const std::string& place, const json& schema) {
        std::set<std::string> offered = schema.at("enum");
        if (const auto more = notOffered().find(place); more != notOffered().end()) {
            for (const std::string& name : more->second)
                EXPECT_TRUE(offered.insert(name).second) << place << " offers " << name;
        }
        std::set<Enum> values;
        for (const std::string& name : offered) {
            const auto value = api::kChoiceFrom<Enum>(name);
            ASSERT_TRUE(value) << place << " is never " << name;
            values.insert(*value);
        }
        EXPECT_EQ(values.size(), offered.size()) << place;
        EXPECT_EQ(values.size(), countEnumerators<Enum>(std::make_index_sequence<64>())) << place;
    }

    const json& description_;
};

TEST(Params, everyStruct_hasTheMembersOfTheDescription) {
    const json description = json::parse(rpc::descriptionText());
    std::map<std::string, json> methods;
    for (const json& method : description.at("methods")) methods[method.at("name")] = method.at("x-params");
    Comparison comparison(description);
    const auto compare = [&]<auto handler>(const api::Row<handler>& row) {
        const std::string name(row.name);
        ASSERT_TRUE(methods.contains(name)) << name;
        comparison.structure<typename api::Row<handler>::Params>(name, methods.at(name));
    };
    std::apply([&](const auto&... row) { (compare(row), ...); }, api::methodList());
}

template <class Struct>
std::string misfitOf(json params) {
    try {
        (void)api::readParams<Struct>(std::move(params));
    } catch (const rpc::BadMessage& error) {
        EXPECT_EQ(error.number(), rpc::kInvalidParams);
        return error.what();
    }
    return {};
}

TEST(Params, whatDoesNotFit_isRefusedByItsName) {
    const json item{{"name", "a"}, {"data", "AA"}};
    const json batch{{"certificate", "c"}, {"format", "raw"}, {"items", json::array({item, item})}};
    EXPECT_EQ(misfitOf<api::SignBatchParams>(batch), "");
    json bad = batch;
    bad["items"][1]["data"] = "A=";
    EXPECT_EQ(misfitOf<api::SignBatchParams>(bad), "items[1].data is not base64url without padding");
    bad["items"][1].erase("data");
    EXPECT_EQ(misfitOf<api::SignBatchParams>(bad), "items[1].data is missing");
    bad["items"] = "none";
    EXPECT_EQ(misfitOf<api::SignBatchParams>(bad), "items is no list");
    bad["format"] = "jws";
    EXPECT_EQ(misfitOf<api::SignBatchParams>(bad), "format is none of the values that it may have");
    bad["format"] = 1;
    EXPECT_EQ(misfitOf<api::SignBatchParams>(bad), "format is no text");
    EXPECT_EQ(misfitOf<api::PinVerifyParams>({{"token", "t"}, {"changeInitial", 1}}),
              "changeInitial is neither true nor false");
    EXPECT_EQ(misfitOf<api::BridgeHelloParams>({{"client", json::array()}}), "client is no object");
    EXPECT_EQ(misfitOf<api::EnvelopeOpenParams>({{"size", -1}}), "size is no whole number from 0");
    EXPECT_EQ(misfitOf<api::EnvelopeOpenParams>({{"size", 1.0}}), "size is no whole number from 0");
    EXPECT_EQ(misfitOf<api::EnvelopeInspectParams>({{"stream", 4294967296}}), "stream is too large");
    EXPECT_EQ(misfitOf<api::BridgeCancelParams>({{"request", nullptr}}), "request is no whole number from 0");
    EXPECT_EQ(misfitOf<api::BridgeResumeParams>("text"), "the value is no object");
}

TEST(Params, everyMember_isReadIntoItsOwn) {
    const auto params = api::readParams<api::SignDataParams>({{"certificate", "c"},
                                                              {"format", "pkcs7"},
                                                              {"data", "AQI"},
                                                              {"detached", false},
                                                              {"description", "d"},
                                                              {"family", "gm"},
                                                              {"signingTime", true},
                                                              {"output", "stream"}});
    EXPECT_EQ(params.certificate, "c");
    EXPECT_EQ(params.format, api::SignatureFormat::pkcs7);
    EXPECT_EQ(params.data, (Bytes{1, 2}));
    EXPECT_EQ(params.stream, std::nullopt);
    EXPECT_EQ(params.detached, false);
    EXPECT_EQ(params.description, "d");
    EXPECT_EQ(params.family, cms::Family::gm);
    EXPECT_EQ(params.attributes, std::nullopt);
    EXPECT_EQ(params.signingTime, true);
    EXPECT_EQ(params.add, std::nullopt);
    EXPECT_EQ(params.output, api::Output::stream);
    EXPECT_EQ(api::readParams<api::BridgeCancelParams>({{"request", "7"}}).request, api::RequestId("7"));
    EXPECT_EQ(api::readParams<api::BridgeCancelParams>({{"request", 7}}).request,
              api::RequestId(std::uint64_t{7}));
}

/// By its digest an answer is known again, also one that an older version noted.
TEST(Params, ofAnAnswer_areWrittenAsTheyCame) {
    const json key{{"format", "rsa-wrapped"},
                   {"data", "AA=="},
                   {"symmetricAlgorithm", "sm4-cbc"},
                   {"wrappedKey", "00 01"},
                   {"iv", "00"}};
    const std::vector<json> answers{{{"enrolment", "e"}, {"signCertificate", "-----BEGIN"}},
                                    {{"enrolment", "e"}, {"signCertificate", "s"}, {"chain", json::array()}},
                                    {{"enrolment", "e"},
                                     {"signCertificate", "s"},
                                     {"encryptCertificate", "\xef\xbb\xbf e"},
                                     {"encryptionKey", key},
                                     {"chain", json::array({"1", "2"})}}};
    for (const json& answer : answers)
        EXPECT_EQ(api::written(api::readParams<api::EnrolmentCompleteParams>(answer)).dump(), answer.dump());
}

}  // namespace
}  // namespace ukey::test
