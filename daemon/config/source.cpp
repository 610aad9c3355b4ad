#include "daemon/config/source.hpp"

namespace ukey::config {

std::string Source::place(const std::string& pointer) const {
    for (std::string above = pointer; !above.empty(); above.erase(above.rfind('/'))) {
        const auto found = names.find(above);
        if (found == names.end()) continue;
        const std::string within = pointer.substr(above.size());
        return within.empty() ? found->second : found->second + ": " + within;
    }
    return name + ": " + (pointer.empty() ? "/" : pointer);
}

}  // namespace ukey::config
