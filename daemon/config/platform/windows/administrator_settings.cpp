#include "daemon/config/platform/administrator_settings.hpp"

#include <nlohmann/json.hpp>

#include "daemon/config/platform/windows/registry.hpp"
#include "daemon/config/registry_settings.hpp"

namespace ukey::config {

std::optional<nlohmann::json> administratorSettings(const Sources& sources, Source& source) {
    if (sources.administrator.empty()) return std::nullopt;  // Not the root of all keys.
    const auto key = readMachineKey(sources.administrator);
    if (!key) return std::nullopt;
    source = Source(key->name);
    return settingsFrom(*key, source);
}

}  // namespace ukey::config
