#include "daemon/ukeyd/options.hpp"

#include <CLI/CLI.hpp>

#include "daemon/api/bridge.hpp"

namespace ukey {

CommandLine readCommandLine(int argc, const char* const* argv) {
    CLI::App app{"ukeyd: lets web pages use the Ukey of this user"};
    config::Sources sources = config::defaultSources();
    std::string file;
    std::string stateDir;
    std::uint16_t port = 0;
    auto* fileOption =
        app.add_option("--config", file, "Read this configuration file alone")->type_name("FILE");
    auto* portOption =
        app.add_option("--port", port, "Listen on this port alone; 0: on any free one")->type_name("N");
    auto* stateOption =
        app.add_option("--state-dir", stateDir, "Keep state in this folder")->type_name("DIR");
    app.set_version_flag("--version", "ukeyd " + std::string(api::version()));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return {.sources = std::nullopt, .exitCode = app.exit(error)};
    }
    if (*fileOption) sources.file = std::filesystem::absolute(file);
    if (*portOption) sources.port = port;
    if (*stateOption) sources.stateDir = std::filesystem::absolute(stateDir);
    return {.sources = std::move(sources), .exitCode = 0};
}

}  // namespace ukey
