#include <nlohmann/json.hpp>

#include "daemon/config/parse_config.hpp"
#include "tokenlib/base/error.hpp"

/// Any JSON object as configuration: taken whole, or refused with a text that may be shown.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ukey;
    const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
    if (!json.is_object()) return 0;
    for (const auto trust : {config::Trust::user, config::Trust::administrator}) {
        config::Config config;
        try {
            config::apply(config, json, "file", trust);
            for (const auto& rule : config.origins) (void)rule.pattern.text();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::badRequest) __builtin_trap();
        }
    }
    return 0;
}
