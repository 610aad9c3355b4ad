#include "daemon/ukeyctl/configuration.hpp"

namespace ukey::ctl {

config::Sources sourcesFor(const std::optional<std::string>& file) {
    config::Sources sources = config::defaultSources();
    if (file) sources.file = *file;
    return sources;
}

config::Config configurationOf(const std::optional<std::string>& file) {
    return config::load(sourcesFor(file));
}

}  // namespace ukey::ctl
