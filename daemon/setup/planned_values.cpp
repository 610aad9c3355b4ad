#include "daemon/setup/planned_values.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "daemon/config/parse_config.hpp"
#include "daemon/config/registry_settings.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::setup {
namespace {

const std::string kPolicies = "Software\\Policies\\";
const std::string kOwn = kPolicies + "Ukey";
/// Those that are made of Chromium: the names of their policies are the same.
constexpr std::array kChromiums{"Google\\Chrome", "Chromium", "Microsoft\\Edge"};

std::vector<std::string> entriesOf(const std::string& property) {
    std::vector<std::string> entries;
    if (property == "-") return entries;
    for (std::size_t at = 0; at <= property.size();) {
        const auto end = std::min(property.find(';', at), property.size());
        std::string entry = property.substr(at, end - at);
        entry.erase(0, entry.find_first_not_of(' '));
        entry.erase(entry.find_last_not_of(' ') + 1);
        if (!entry.empty()) entries.push_back(std::move(entry));
        at = end + 1;
    }
    return entries;
}

/// As ukeyd will read them: what it would refuse must not be installed.
config::Config checked(const Properties& properties) {
    const auto list = [](const std::string& name, const std::string& property) {
        config::RegistryKey key{name, {}, {}};
        for (std::string& entry : entriesOf(property))
            key.values.push_back({std::to_string(key.values.size() + 1), std::move(entry)});
        return key;
    };
    config::RegistryKey key{"MSI", {}, {}};
    key.keys.push_back(list("MSI\\origins", properties.origins));
    key.keys.push_back(list("MSI\\drivers", properties.drivers));
    if (!entriesOf(properties.unknownOrigins).empty())
        key.values.push_back({"unknownOrigins", properties.unknownOrigins});
    config::Source source(key.name);
    const auto settings = config::settingsFrom(key, source);
    config::Config config;
    config::apply(config, settings, source, config::Trust::administrator);
    return config;
}

bool wantsBrowserPolicies(const std::string& property) {
    if (property.empty() || property == "0" || property == "-") return false;
    if (property == "1") return true;
    throw Error(ErrorCode::badRequest, "MSI\\browserPolicies: must be 0 or 1");
}

/// "host" of "scheme://host:port".
std::string hostOf(const std::string& origin) {
    const std::string rest = origin.substr(origin.find("://") + 3);
    const auto end = rest.starts_with("[") ? rest.find(']') + 1 : rest.find(':');
    return rest.substr(0, end);
}

/// A browser has no pattern that means the same as ours with "*": that would let more sites through.
void addBrowserPolicies(std::vector<PlannedValue>& values, const config::Config& config) {
    for (const policy::OriginRule& rule : config.origins) {
        if (rule.pattern.isWildcard()) continue;
        const std::string origin = rule.pattern.text();
        for (const char* browser : kChromiums) {
            const std::string key = kPolicies + browser;
            values.push_back({key + "\\LoopbackNetworkAllowedForUrls", std::nullopt, origin});
            // Without it no page of a site on plain HTTP reaches loopback, whatever else is allowed.
            if (origin.starts_with("http://"))
                values.push_back(
                    {key + "\\OverrideSecurityRestrictionsOnInsecureOrigin", std::nullopt, origin});
        }
        values.push_back(
            {kPolicies + "Mozilla\\Firefox\\LocalNetworkAccess\\SkipDomains", std::nullopt, hostOf(origin)});
    }
}

}  // namespace

std::vector<PlannedValue> plannedValues(const Properties& properties) {
    const config::Config config = checked(properties);
    std::vector<PlannedValue> values;
    for (std::string& entry : entriesOf(properties.origins))
        values.push_back({kOwn + "\\origins", std::nullopt, std::move(entry)});
    for (std::string& entry : entriesOf(properties.drivers))
        values.push_back({kOwn + "\\drivers", std::nullopt, std::move(entry)});
    if (!entriesOf(properties.unknownOrigins).empty())
        values.push_back({kOwn, "unknownOrigins", properties.unknownOrigins});
    if (wantsBrowserPolicies(properties.browserPolicies)) addBrowserPolicies(values, config);
    return values;
}

}  // namespace ukey::setup
