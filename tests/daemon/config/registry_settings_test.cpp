// Settings of the registry become those of a file; what is wrong is named by its value.
#include "daemon/config/registry_settings.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "daemon/config/parse_config.hpp"
#include "tests/daemon/config/example_certificate.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::config {
namespace {

using Lines = std::vector<std::string>;

RegistryKey keyOf(std::vector<RegistryValue> values, std::vector<RegistryKey> keys = {}) {
    return {R"(HKLM\P)", std::move(values), std::move(keys)};
}
/// A key with one further key in it.
RegistryKey keyWith(const std::string& name, std::vector<RegistryValue> values) {
    return keyOf({}, {{R"(HKLM\P\)" + name, std::move(values), {}}});
}

Config configOf(const RegistryKey& key) {
    Source source(key.name);
    const auto settings = settingsFrom(key, source);
    Config config;
    apply(config, settings, source, Trust::administrator);
    return config;
}

std::string refusalOf(const RegistryKey& key) {
    try {
        configOf(key);
        return "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::badRequest);
        return error.what();
    }
}

TEST(RegistrySettings, valuesOfEachType_areTakenOver) {
    const Config config = configOf(keyOf({{"unknownOrigins", "ask"},
                                          {"webEid", std::uint32_t{1}},
                                          {"driverTimeoutSeconds", std::uint32_t{5}},
                                          {"LOGLEVEL", "debug"}},
                                         {{R"(HKLM\P\Limits)", {{"rate", std::uint32_t{7}}}, {}}}));
    EXPECT_EQ(config.unknownOrigins, policy::UnknownOrigins::ask);
    EXPECT_TRUE(config.webEid);
    EXPECT_EQ(config.driverTimeoutSeconds, 5U);
    EXPECT_EQ(config.logLevel, "debug");
    EXPECT_EQ(config.limits.rate, 7U);
    EXPECT_EQ(config.limits.burst, Limits().burst);
}

TEST(RegistrySettings, entriesOfAList_areInTheOrderOfTheirNumbers) {
    const Config config = configOf(keyWith(
        "ports",
        {{"10", "23512"}, {"9", std::uint32_t{23511}}, {"x", "23514"}, {"50001", "23513"}, {"1", "23510"}}));
    EXPECT_EQ(config.ports, (std::vector<std::uint16_t>{23510, 23511, 23512, 23513, 23514}));
}

TEST(RegistrySettings, originAlone_letsPeopleLogInSignAndOpenButIssuesNothing) {
    const auto rules = configOf(keyWith("origins", {{"1", "https://a.example"},
                                                    {"2", " https://ra.example  tokens manage "},
                                                    {"3", R"({"origin": "https://b.example",
                                                              "scopes": ["sign"], "confirm": "each"})"}}))
                           .origins;
    ASSERT_EQ(rules.size(), 3U);
    EXPECT_EQ(rules[0].pattern.text(), "https://a.example");
    for (const auto scope :
         {policy::Scope::tokens, policy::Scope::certificates, policy::Scope::sign, policy::Scope::decrypt})
        EXPECT_TRUE(rules[0].scopes.has(scope));
    for (const auto scope : {policy::Scope::manage, policy::Scope::digest})
        EXPECT_FALSE(rules[0].scopes.has(scope));
    EXPECT_TRUE(rules[1].scopes.has(policy::Scope::manage));
    EXPECT_FALSE(rules[1].scopes.has(policy::Scope::sign));
    EXPECT_EQ(rules[2].confirm, policy::Confirm::each);
}

TEST(RegistrySettings, drivers_areTrustedAndNamedAfterTheirLibrary) {
    const auto drivers =
        configOf(keyWith("drivers", {{"1", "one.dll"},
                                     {"2", "pkcs11  two maker.dll"},
                                     {"3", R"({"name": "c", "kind": "skf", "library": "three.dll",
                                               "options": {"maxContainers": 6}})"}}))
            .drivers;
    ASSERT_EQ(drivers.size(), 3U);
    EXPECT_EQ(drivers[0].name, "one");
    EXPECT_EQ(drivers[0].kind, DriverKind::skf);
    EXPECT_EQ(drivers[0].library, "one.dll");
    EXPECT_TRUE(drivers[0].trusted);
    EXPECT_EQ(drivers[1].name, "two-maker");
    EXPECT_EQ(drivers[1].kind, DriverKind::pkcs11);
    EXPECT_EQ(drivers[1].library, "two maker.dll");
    EXPECT_EQ(drivers[2].options, R"({"maxContainers":6})");
}

TEST(RegistrySettings, certificateInOneLineOrInMany_isRead) {
    const std::string pem = kExampleCertificate;
    std::string base64;
    Lines lines;
    for (std::size_t at = 0; at < pem.size();) {
        lines.push_back(pem.substr(at, pem.find('\n', at) - at));
        at += lines.back().size() + 1;
    }
    for (const std::string& line : lines)
        if (!line.starts_with("-----")) base64 += line;
    const Config config = configOf(keyWith("unlockAuthorities", {{"1", base64}, {"2", lines}, {"3", pem}}));
    EXPECT_EQ(config.unlockAuthorities, (Lines{pem, pem, pem}));
}

TEST(RegistrySettings, defaultValueThatIsEmpty_isNoSetting) {
    EXPECT_EQ(refusalOf(keyOf({{"", ""}})), "accepted");
    EXPECT_EQ(refusalOf(keyOf({{"", "x"}})), R"(HKLM\P\(Default): is not a known setting)");
}

TEST(RegistrySettings, whatIsWrong_isNamedByItsValue) {
    const RegistryValue::OtherType binary{3};
    const std::vector<std::pair<RegistryKey, std::string>> table{
        {keyOf({{"unknownOrigin", "ask"}}), R"(HKLM\P\unknownOrigin: is not a known setting)"},
        {keyOf({{"unknownOrigins", "allow"}}), R"(HKLM\P\unknownOrigins: must be one of deny, ask)"},
        {keyOf({{"unknownOrigins", std::uint32_t{1}}}), R"(HKLM\P\unknownOrigins: must be a text (REG_SZ))"},
        {keyOf({{"logLevel", binary}}), R"(HKLM\P\logLevel: must be a text (REG_SZ))"},
        {keyOf({{"webEid", std::uint32_t{2}}}), R"(HKLM\P\webEid: must be 0 or 1)"},
        {keyOf({{"webEid", "true"}}), R"(HKLM\P\webEid: must be a number (REG_DWORD))"},
        {keyOf({{"resumeSeconds", "30"}}), R"(HKLM\P\resumeSeconds: must be a number (REG_DWORD))"},
        {keyOf({{"resumeSeconds", std::uint32_t{601}}}),
         R"(HKLM\P\resumeSeconds: must be a whole number from 0 to 600)"},
        {keyOf({{"ports", "23510"}}),
         R"(HKLM\P\ports: must be a key of this name, with a value for each entry)"},
        {keyOf({{"limits", std::uint32_t{1}}}),
         R"(HKLM\P\limits: must be a key of this name, with a value for each entry)"},
        {keyWith("logLevel", {}), R"(HKLM\P\logLevel: must be a value, not a key)"},
        {keyWith("planted", {}), R"(HKLM\P\planted: is not a known setting)"},
        {keyWith("ports", {}), R"(HKLM\P\ports: must have 1 to 32 entries)"},
        {keyWith("ports", {{"7", "x"}}),
         R"(HKLM\P\ports\7: must be a whole number, as REG_DWORD or in decimal digits)"},
        {keyWith("ports", {{"7", ""}}),
         R"(HKLM\P\ports\7: must be a whole number, as REG_DWORD or in decimal digits)"},
        {keyWith("ports", {{"1", "1"}, {"7", "65536"}}),
         R"(HKLM\P\ports\7: must be a whole number from 1 to 65535)"},
        {keyWith("limits", {{"rate", std::uint32_t{0}}}),
         R"(HKLM\P\limits\rate: must be a whole number from 1 to 1000000)"},
        {keyWith("limits", {{"speed", std::uint32_t{1}}}), R"(HKLM\P\limits\speed: is not a known setting)"},
        {keyWith("origins", {{"a", "https://a.example all"}}),
         R"(HKLM\P\origins\a: /scopes/0: must be one of tokens, certificates, sign, decrypt, manage, digest)"},
        {keyWith("origins", {{"a", "{"}}), R"(HKLM\P\origins\a: is not JSON)"},
        {keyWith("origins", {{"a", R"({"origin": "https://a.example"})"}}),
         R"(HKLM\P\origins\a: lacks "scopes")"},
        {keyWith("origins", {{"5", "https://a.example"}, {"6", "https://a.example"}}),
         R"(HKLM\P\origins\6: names https://a.example a second time)"},
        {keyWith("drivers", {{"1", ""}}),
         R"(HKLM\P\drivers\1: /library: must be a path or the name of a library)"},
        {keyWith("drivers", {{"1", R"({"name": "c", "kind": "skf", "library": "three.dll",
                                       "options": {"quirks": {"codes": {"51": "0x0A000001"}}}})"}}),
         R"(HKLM\P\drivers\1: /options/quirks/codes/51: must be a code of up to 32 bits)"},
        {keyWith("unlockAuthorities", {{"1", "AAAA"}}),
         R"(HKLM\P\unlockAuthorities\1: must be a certificate)"},
        {keyOf({}, {{R"(HKLM\P\ports)", {}, {{R"(HKLM\P\ports\1)", {}, {}}}}}),
         R"(HKLM\P\ports\1: must be a value, not a key)"},
    };
    for (const auto& [key, complaint] : table) {
        const std::string message = refusalOf(key);
        EXPECT_TRUE(message.starts_with(complaint)) << message << "\n" << complaint;
    }
}

TEST(RegistrySettings, whateverStandsThere_isTakenOrRefusedByName) {
    const std::vector<decltype(RegistryValue::data)> datas{
        "", "x", std::uint32_t{0xFFFFFFFF}, Lines{}, Lines{"a", "b"}, RegistryValue::OtherType{11}};
    for (const char* name : {"ports", "drivers", "origins", "unlockAuthorities", "limits"}) {
        for (const auto& data : datas) {
            const std::string refused = refusalOf(keyWith(name, {{"1", data}}));
            EXPECT_TRUE(refused == "accepted" || refused.starts_with(R"(HKLM\P\)" + std::string(name)))
                << refused;
            EXPECT_TRUE(refusalOf(keyOf({{name, data}})).starts_with(R"(HKLM\P\)" + std::string(name)));
        }
    }
}

}  // namespace
}  // namespace ukey::config
