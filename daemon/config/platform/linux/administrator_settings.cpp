#include "daemon/config/platform/administrator_settings.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "daemon/config/parse_config.hpp"
#include "daemon/policy/state_folder.hpp"

namespace ukey::config {

std::optional<nlohmann::json> administratorSettings(const Sources& sources, Source& source) {
    std::error_code error;
    if (!std::filesystem::exists(sources.administrator, error)) return std::nullopt;
    policy::requireOwn(sources.administrator);
    source = Source(sources.administrator);
    return readObject(sources.administrator);
}

}  // namespace ukey::config
