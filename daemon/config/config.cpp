#include "daemon/config/config.hpp"

#include <nlohmann/json.hpp>

#include "daemon/config/parse_config.hpp"
#include "daemon/config/platform/administrator_settings.hpp"
#include "daemon/policy/state_folder.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::config {

Config load(const Sources& sources) {
    Config config;
    config.stateDir = sources.defaultStateDir;
    const auto take = [&](const std::filesystem::path& file, Trust trust) {
        policy::requireOwn(file);
        apply(config, readObject(file), Source(pathText(file)), trust);
        config.files.push_back(file);
    };
    if (sources.file) {
        take(*sources.file, Trust::administrator);
    } else {
        std::error_code error;
        if (std::filesystem::exists(sources.userFile, error)) take(sources.userFile, Trust::user);
        Source source("");
        if (const auto decided = administratorSettings(sources, source)) {
            apply(config, *decided, source, Trust::administrator);
            config.files.push_back(pathFrom(source.name));
        }
    }
    if (sources.port) config.ports = {*sources.port};
    if (sources.stateDir) config.stateDir = *sources.stateDir;
    return config;
}

}  // namespace ukey::config
