// The templates of Group Policy, as Windows would take them: what each policy writes is what ukeyd reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "daemon/config/parse_config.hpp"
#include "daemon/config/registry_settings.hpp"
#include "tests/daemon/config/example_certificate.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::config {
namespace {

using boost::property_tree::ptree;
using nlohmann::json;

const std::string kRoot = R"(Software\Policies\Ukey)";

ptree templateFile(const std::string& name) {
    ptree tree;
    boost::property_tree::read_xml(std::string(UKEY_TEMPLATES "/") + name, tree);
    return tree;
}

json schema() { return json::parse(std::ifstream(UKEY_SCHEMA)); }

/// Where a policy writes, and everything that its dialog lets an administrator say.
struct Written {
    std::string key;  ///< Below HKLM.
    std::vector<RegistryValue> choices;
};

std::vector<RegistryValue> choicesOf(const std::string& kind, const ptree& element) {
    const auto name = element.get<std::string>("<xmlattr>.valueName", "");
    if (kind == "decimal")
        return {{name, element.get<std::uint32_t>("<xmlattr>.minValue")},
                {name, element.get<std::uint32_t>("<xmlattr>.maxValue")}};
    // What is absolute is told by the system that the test runs on.
    if (kind == "text") return {{name, pathText(std::filesystem::absolute("a"))}};
    std::vector<RegistryValue> choices;
    for (const auto& [tag, item] : element)
        if (tag == "item") choices.push_back({name, item.get<std::string>("value.string")});
    return choices;
}

std::vector<RegistryValue> entriesOf(const std::string& list) {
    static const std::map<std::string, std::vector<std::string>> lines{
        {"ports", {"23510", "1"}},
        {"origins", {"https://auction.example.cn", "https://ra.example.cn tokens certificates sign manage"}},
        {"drivers", {"maker.dll", "pkcs11 other.dll"}},
        {"unlockAuthorities", {kExampleCertificate}}};
    std::vector<RegistryValue> entries;
    for (const std::string& line : lines.at(list))
        entries.push_back({std::to_string(entries.size() + 1), line});
    return entries;
}

Written writtenBy(const ptree& policy) {
    Written written{policy.get<std::string>("<xmlattr>.key"), {}};
    if (const auto name = policy.get_optional<std::string>("<xmlattr>.valueName")) {
        for (const char* state : {"enabledValue", "disabledValue"})
            written.choices.push_back(
                {*name, policy.get<std::uint32_t>(std::string(state) + ".decimal.<xmlattr>.value")});
        return written;
    }
    for (const auto& [kind, element] : policy.get_child("elements")) {
        if (kind == "list") {
            EXPECT_EQ(element.get<std::string>("<xmlattr>.valuePrefix"), "");
            written.key = element.get<std::string>("<xmlattr>.key");
            written.choices = entriesOf(element.get<std::string>("<xmlattr>.id"));
        } else {
            const auto choices = choicesOf(kind, element);
            written.choices.insert(written.choices.end(), choices.begin(), choices.end());
        }
    }
    return written;
}

/// The registry after one policy was applied with one choice.
RegistryKey registryWith(const std::string& key, const RegistryValue& value) {
    RegistryKey top{"HKLM\\" + kRoot, {}, {}};
    EXPECT_TRUE(key.starts_with(kRoot)) << key;
    RegistryKey* at = &top;
    if (key.size() > kRoot.size()) at = &top.keys.emplace_back(RegistryKey{"HKLM\\" + key, {}, {}});
    at->values.push_back(value);
    return top;
}

/// The settings that were read, by JSON pointer: those of objects one by one, lists as a whole.
std::set<std::string> pointersOf(const json& settings, const std::string& above = "") {
    std::set<std::string> pointers;
    for (const auto& [name, value] : settings.items()) {
        if (value.is_object()) {
            pointers.merge(pointersOf(value, above + "/" + name));
        } else {
            pointers.insert(above + "/" + name);
        }
    }
    return pointers;
}

std::set<std::string> pointersOfSchema(const json& object, const std::string& above = "") {
    std::set<std::string> pointers;
    for (const auto& [name, member] : object.at("properties").items()) {
        if (member.value("type", "") == "object") {
            pointers.merge(pointersOfSchema(member, above + "/" + name));
        } else {
            pointers.insert(above + "/" + name);
        }
    }
    return pointers;
}

std::vector<ptree> policies() {
    std::vector<ptree> all;
    const ptree file = templateFile("ukey.admx");
    for (const auto& [tag, policy] : file.get_child("policyDefinitions.policies"))
        if (tag == "policy") all.push_back(policy);
    return all;
}

TEST(PolicyTemplates, whateverAPolicyWrites_isReadAsItsSettingAndTaken) {
    for (const ptree& policy : policies()) {
        const auto name = policy.get<std::string>("<xmlattr>.name");
        const Written written = writtenBy(policy);
        EXPECT_FALSE(written.choices.empty()) << name;
        for (const RegistryValue& value : written.choices) {
            Source source("");
            const json settings = settingsFrom(registryWith(written.key, value), source);
            const auto pointers = pointersOf(settings);
            ASSERT_EQ(pointers.size(), 1U) << name;
            EXPECT_TRUE(pointers.begin()->ends_with("/" + name)) << name;
            Config config;
            EXPECT_NO_THROW(apply(config, settings, source, Trust::administrator)) << name;
        }
    }
}

TEST(PolicyTemplates, everySetting_hasOnePolicy) {
    std::multiset<std::string> found;
    for (const ptree& policy : policies()) {
        const Written written = writtenBy(policy);
        Source source("");
        for (const std::string& pointer :
             pointersOf(settingsFrom(registryWith(written.key, written.choices.at(0)), source)))
            found.insert(pointer);
    }
    const auto wanted = pointersOfSchema(schema());
    EXPECT_EQ(found, std::multiset<std::string>(wanted.begin(), wanted.end()));
}

/// Everything in the file that stands in "$(KIND.…)".
std::set<std::string> referencesOf(const std::string& text, const std::string& kind) {
    std::set<std::string> names;
    const std::string begin = "$(" + kind + ".";
    for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1))
        names.insert(text.substr(at + begin.size(), text.find(')', at) - at - begin.size()));
    return names;
}

std::map<std::string, std::string> tableOf(const ptree& resources, const std::string& table) {
    std::map<std::string, std::string> rows;
    for (const auto& [tag, row] : resources.get_child("policyDefinitionResources.resources." + table))
        if (tag == "string" || tag == "presentation") rows[row.get<std::string>("<xmlattr>.id")] = row.data();
    return rows;
}

std::set<std::string> keysOf(const std::map<std::string, std::string>& rows) {
    std::set<std::string> keys;
    for (const auto& [key, value] : rows) keys.insert(key);
    return keys;
}

TEST(PolicyTemplates, everyTextThatIsNamed_isThereInBothLanguages) {
    std::ifstream file(UKEY_TEMPLATES "/ukey.admx");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_GT(referencesOf(text, "string").size(), 50U);
    for (const char* language : {"en-US", "zh-CN"}) {
        const ptree resources = templateFile(std::string(language) + "/ukey.adml");
        EXPECT_EQ(keysOf(tableOf(resources, "stringTable")), referencesOf(text, "string")) << language;
        EXPECT_EQ(keysOf(tableOf(resources, "presentationTable")), referencesOf(text, "presentation"))
            << language;
    }
}

TEST(PolicyTemplates, chineseTexts_areChineseAndSayMiMa) {
    const auto isAscii = [](unsigned char c) { return c < 0x80; };
    std::size_t translated = 0;
    for (const auto& [name, text] : tableOf(templateFile("zh-CN/ukey.adml"), "stringTable")) {
        EXPECT_EQ(text.find("PIN"), std::string::npos) << name;
        if (name.find('_') != std::string::npos && !name.ends_with("_explain")) continue;  // deny, ask
        EXPECT_FALSE(std::all_of(text.begin(), text.end(), isAscii)) << name << ": " << text;
        ++translated;
    }
    EXPECT_GT(translated, 40U);
}

}  // namespace
}  // namespace ukey::config
