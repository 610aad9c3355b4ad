#include "daemon/ukeyd/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "daemon/wiring/language.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/version.hpp"

namespace ukey {

CommandLine readCommandLine(std::vector<std::string> arguments) {
    const auto text = [language = wiring::terminalLanguage()](const char* key) {
        return message(language, key);
    };
    CLI::App app{text("ukeyd.about"), "ukeyd"};
    app.set_help_flag("-h,--help", text("ctl.option-help"));
    config::Sources sources = config::defaultSources();
    std::string file;
    std::string stateDir;
    std::uint16_t port = 0;
    auto* fileOption = app.add_option("--config", file, text("ctl.option-config"))->type_name("FILE");
    auto* portOption = app.add_option("--port", port, text("ukeyd.option-port"))->type_name("N");
    auto* stateOption =
        app.add_option("--state-dir", stateDir, text("ukeyd.option-state-dir"))->type_name("DIR");
    auto* stop = app.add_subcommand("stop", text("ukeyd.stop"));
    stop->fallthrough();
    app.set_version_flag("--version", "ukeyd " + std::string(programVersion()), text("ctl.option-version"));
    try {
        std::reverse(arguments.begin(), arguments.end());  // As CLI11 takes them.
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        return {.sources = std::nullopt, .exitCode = app.exit(error), .isStop = false};
    }
    if (*fileOption) sources.file = std::filesystem::absolute(pathFrom(file));
    if (*portOption) sources.port = port;
    if (*stateOption) sources.stateDir = std::filesystem::absolute(pathFrom(stateDir));
    return {.sources = std::move(sources), .exitCode = 0, .isStop = stop->parsed()};
}

}  // namespace ukey
