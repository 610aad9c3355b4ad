#include "daemon/ukeyd/platform/log_sink.hpp"

#include <spdlog/sinks/stdout_sinks.h>

#include <cstdio>

namespace ukey {

std::vector<spdlog::sink_ptr> makeLogSinks(const std::filesystem::path&) {
    return {std::make_shared<spdlog::sinks::stderr_sink_mt>()};
}

void reportFailure(const std::string& what) { std::fprintf(stderr, "ukeyd: %s\n", what.c_str()); }

}  // namespace ukey
