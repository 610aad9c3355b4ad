// ukey-sandbox: the stand-in for the outside world.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <iostream>

#include "sandbox/program/world.hpp"

namespace {

namespace sandbox = ukey::sandbox;

int serve(const sandbox::WorldOptions& options) {
    boost::asio::io_context context(1);
    sandbox::World world(context, options);
    boost::asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&world](const boost::system::error_code&, int) { world.stop(); });
    std::cout << "listening on http://127.0.0.1:" << world.port() << "/" << std::endl;
    context.run();
    return 0;
}

int printChain(const std::filesystem::path& folder) {
    ukey::ca::CertificateCentre centre(sandbox::caFolder(folder));
    std::cout << centre.chainPem();
    return 0;
}

int run(int argc, char** argv) {
    CLI::App app("Stand-in for the outside world: a CA and the trading site");
    app.require_subcommand(1);
    sandbox::WorldOptions options;
    std::string folder;
    const auto withFolder = [&](CLI::App* command) {
        command->add_option("--dir,--data", folder, "Where the sandbox keeps its data");
        return command;
    };

    auto* serveCommand = withFolder(app.add_subcommand("serve", "Run the sites on the loopback interface"));
    serveCommand->add_option("--port", options.port, "Port of the trading site")->capture_default_str();
    serveCommand->add_option("--web", options.webFolder, "The built pages of the trading site");
    auto* caCommand = withFolder(app.add_subcommand("ca", "Print all roots and issuing CAs as PEM"));

    CLI11_PARSE(app, argc, argv);
    options.dataFolder = folder.empty() ? sandbox::defaultDataFolder() : std::filesystem::path(folder);
    if (caCommand->parsed()) return printChain(options.dataFolder);
    return serve(options);
}

}  // namespace

int main(int argc, char** argv) {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("ukey-sandbox"));
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "ukey-sandbox: " << error.what() << "\n";
        return 1;
    }
}
