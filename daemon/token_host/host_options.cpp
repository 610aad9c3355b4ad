#include <array>
#include <string_view>

#include "daemon/token_host/token_host.hpp"

namespace ukey::host {

HostOptions parseHostOptions(int count, const char* const* arguments) {
    HostOptions options;
    struct Row {
        std::string_view name;
        std::string* value;
    };
    const std::array rows{Row{"--kind", &options.kind},
                          Row{"--library", &options.library},
                          Row{"--options", &options.options},
                          Row{"--pinentry", &options.prompt.program},
                          Row{"--terminal", &options.prompt.terminal},
                          Row{"--terminal-type", &options.prompt.terminalType}};
    for (int i = 1; i < count; i += 2) {
        const std::string_view name = arguments[i];
        bool known = false;
        for (const Row& row : rows) {
            if (row.name != name || i + 1 >= count) continue;
            *row.value = arguments[i + 1];
            known = true;
        }
        if (!known) {
            throw Error(ErrorCode::badRequest,
                        "unknown option, or one without a value: " + std::string(name));
        }
    }
    return options;
}

}  // namespace ukey::host
