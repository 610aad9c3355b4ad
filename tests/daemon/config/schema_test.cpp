// The schema of the configuration says what the reader does: the same keys, bounds, choices and defaults.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "daemon/config/parse_config.hpp"
#include "tests/daemon/config/example_certificate.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::config {
namespace {

using nlohmann::json;

json schema() { return json::parse(std::ifstream(UKEY_SOURCE_DIR "/daemon/config/ukeyd.schema.json")); }

bool isTaken(const json& value) {
    try {
        Config config;
        apply(config, value, "test", Trust::administrator);
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// A configuration that has `value` where the schema has the key.
using Place = std::function<json(const json& value)>;

void expectBounds(const json& member, const Place& place, const std::string& name) {
    for (const char* bound : {"minimum", "maximum", "default"})
        EXPECT_TRUE(isTaken(place(member.at(bound)))) << name << " " << bound;
    EXPECT_FALSE(isTaken(place(member.at("minimum").get<std::int64_t>() - 1))) << name;
    EXPECT_FALSE(isTaken(place(member.at("maximum").get<std::uint64_t>() + 1))) << name;
    EXPECT_FALSE(isTaken(place("1"))) << name;
}

void expectChoices(const json& member, const Place& place, const std::string& name) {
    for (const json& choice : member.at("enum")) EXPECT_TRUE(isTaken(place(choice))) << name << choice;
    EXPECT_FALSE(isTaken(place("no such choice"))) << name;
    EXPECT_FALSE(isTaken(place(1))) << name;
}

void expectSame(const json& members, const Place& around, const std::string& under) {
    for (const auto& [key, member] : members.items()) {
        const Place place = [&around, key = key](const json& value) { return around({{key, value}}); };
        if (member.contains("enum")) expectChoices(member, place, under + key);
        if (member.value("type", "") == "integer") expectBounds(member, place, under + key);
        if (member.value("type", "") == "object" && member.contains("properties"))
            expectSame(member.at("properties"), place, under + key + "/");
        EXPECT_FALSE(isTaken(place(nullptr))) << under + key;
    }
    EXPECT_FALSE(isTaken(around({{"planted", 1}}))) << under;
}

/// `entry` with `key` replaced by what is tried.
Place entryOf(const char* list, const json& entry) {
    return [=](const json& value) {
        json changed = entry;
        changed.update(value);
        return json{{list, json::array({changed})}};
    };
}

TEST(ConfigSchema, everyKey_hasTheBoundsAndChoicesOfTheReader) {
    const json all = schema().at("properties");
    expectSame(
        all, [](const json& value) { return value; }, "/");
    expectSame(all.at("drivers").at("items").at("properties"),
               entryOf("drivers", {{"name", "soft"}, {"kind", "skf"}, {"library", "libsoft.so"}}),
               "/drivers/");
    expectSame(all.at("origins").at("items").at("properties"),
               entryOf("origins", {{"origin", "https://a.example"}, {"scopes", {"sign"}}}), "/origins/");
    for (const json& scope :
         all.at("origins").at("items").at("properties").at("scopes").at("items").at("enum"))
        EXPECT_TRUE(isTaken({{"origins", {{{"origin", "https://a.example"}, {"scopes", {scope}}}}}}))
            << scope;
}

/// Something that the schema takes and that is not the default.
json otherThanDefault(const std::string& key, const json& member) {
    static const json examples{
        {"ports", {1}},
        {"drivers", {{{"name", "soft"}, {"kind", "skf"}, {"library", "libsoft.so"}}}},
        {"origins", {{{"origin", "https://a.example"}, {"scopes", {"sign"}}}}},
        {"unlockAuthorities", {kExampleCertificate}},
        {"name", "other"},
        {"library", "libother.so"},
        {"options", {{"events", true}}},
        {"initialPin", "1"},
        {"origin", "https://b.example"},
        {"scopes", {"decrypt"}},
        // What is absolute is told by the system that the test runs on.
        {"pinentry", pathText(std::filesystem::absolute("a"))},
        {"stateDir", pathText(std::filesystem::absolute("a"))},
    };
    if (examples.contains(key)) return examples.at(key);
    if (member.contains("enum"))
        for (const json& choice : member["enum"])
            if (choice != member.value("default", json("skf"))) return choice;
    if (member.at("type") == "boolean") return !member.at("default").get<bool>();
    return member.at("maximum");
}

void expectTaken(const json& members, const Place& around, const Config& without, const std::string& under) {
    for (const auto& [key, member] : members.items()) {
        const Place place = [&around, key = key](const json& value) { return around({{key, value}}); };
        if (member.contains("properties")) {
            expectTaken(member.at("properties"), place, without, under + key + "/");
            continue;
        }
        Config with;
        apply(with, place(otherThanDefault(key, member)), "test", Trust::administrator);
        EXPECT_FALSE(with == without) << under + key << " changes nothing";
    }
}

void expectEachTaken(const json& members, const Place& around, const std::string& under) {
    Config without;
    apply(without, around(json::object()), "test", Trust::administrator);
    expectTaken(members, around, without, under);
}

TEST(ConfigSchema, everyKey_isTakenByTheReader) {
    const json all = schema().at("properties");
    expectEachTaken(
        all, [](const json& value) { return value; }, "/");
    expectEachTaken(all.at("drivers").at("items").at("properties"),
                    entryOf("drivers", {{"name", "soft"}, {"kind", "skf"}, {"library", "libsoft.so"}}),
                    "/drivers/");
    expectEachTaken(all.at("origins").at("items").at("properties"),
                    entryOf("origins", {{"origin", "https://a.example"}, {"scopes", {"sign"}}}), "/origins/");
}

TEST(ConfigSchema, defaults_areThoseOfTheReader) {
    const json members = schema().at("properties");
    json defaults = json::object();
    for (const auto& [key, member] : members.items())
        if (member.contains("default")) defaults[key] = member["default"];
    for (const auto& [key, member] : members.at("limits").at("properties").items())
        defaults["limits"][key] = member.at("default");
    Config said;
    apply(said, defaults, "test", Trust::administrator);
    const Config own;
    EXPECT_EQ(said.ports, own.ports);
    EXPECT_EQ(said.unknownOrigins, own.unknownOrigins);
    EXPECT_EQ(said.logLevel, own.logLevel);
    EXPECT_EQ(said.changeDefaultPin, own.changeDefaultPin);
    EXPECT_EQ(said.driverTimeoutSeconds, own.driverTimeoutSeconds);
    EXPECT_EQ(said.promptTimeoutSeconds, own.promptTimeoutSeconds);
    EXPECT_EQ(said.idleLogoutSeconds, own.idleLogoutSeconds);
    EXPECT_EQ(said.resumeSeconds, own.resumeSeconds);
    EXPECT_EQ(said.unlockSeconds, own.unlockSeconds);
    EXPECT_EQ(said.limits.rate, own.limits.rate);
    EXPECT_EQ(said.limits.burst, own.limits.burst);
    EXPECT_EQ(said.limits.outstanding, own.limits.outstanding);
    EXPECT_EQ(said.limits.connections, own.limits.connections);
    EXPECT_EQ(said.limits.connectionsPerOrigin, own.limits.connectionsPerOrigin);
    EXPECT_EQ(said.limits.waiting, own.limits.waiting);
    EXPECT_EQ(said.limits.wrongPinsPerHour, own.limits.wrongPinsPerHour);
    EXPECT_EQ(said.limits.handshakeSeconds, own.limits.handshakeSeconds);
}

}  // namespace
}  // namespace ukey::config
