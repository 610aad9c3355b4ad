// ukey-sandbox: the stand-in for the outside world.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "sandbox/program/commands.hpp"

namespace {

namespace sandbox = ukey::sandbox;

struct Options {
    sandbox::WorldOptions world;
    sandbox::MintArguments mint;
    std::filesystem::path folder;
    std::string certificate;
    unsigned renewalDays = 60;
    unsigned resendSeconds = 60;
    std::string unlockForm = "sealed";
    std::string serial;
    std::string pin;
};

CLI::App* addCommand(CLI::App& app, Options& options, const char* name, const char* help) {
    auto* command = app.add_subcommand(name, help);
    command->add_option("--dir,--data", options.folder, "Where the sandbox keeps its data");
    return command;
}

void addServe(CLI::App& app, Options& options) {
    auto* command = addCommand(app, options, "serve", "Run the sites on the loopback interface");
    command->add_option("--port", options.world.port, "Port of the trading site")->capture_default_str();
    command->add_option("--web", options.world.webFolder, "The built pages of the trading site");
    command->add_option("--portal-port", options.world.portalPort,
                        "Port of the self-service portal; by default the one after the trading site's");
    command->add_option("--portal-web", options.world.portalWebFolder, "The built pages of the portal");
    command
        ->add_option("--renewal-days", options.renewalDays,
                     "How long before expiry a certificate may be renewed")
        ->capture_default_str();
    command
        ->add_option("--resend-seconds", options.resendSeconds,
                     "How long after a code the next one may be sent")
        ->capture_default_str();
    command->add_option("--downloads", options.world.downloadsFolder,
                        "The packages that the page of downloads offers (dist/packages of `make package`)");
    command
        ->add_option(
            "--unlock-form", options.unlockForm,
            "How unlocks are answered: sealed (the administrator PIN, to the bridge's key) or vendor (a "
            "temporary PIN in the maker's form, where the token offers it)")
        ->check(CLI::IsMember({"sealed", "vendor"}))
        ->capture_default_str();
    command
        ->add_option("--administrator-pin", options.world.administratorPin,
                     "Administrator PIN of tokens that none was set for")
        ->capture_default_str();
}

void addAdministratorPin(CLI::App& app, Options& options) {
    auto* command =
        addCommand(app, options, "administrator-pin", "Tell the RA the administrator PIN of one token");
    command->add_option("--serial", options.serial, "Of the token")->required();
    command->add_option("--pin", options.pin, "Its administrator PIN")->required();
}

void addMint(CLI::App& app, Options& options) {
    auto& mint = options.mint;
    auto* command = addCommand(app, options, "mint", "Put a certificate of the sandbox's CA on a token");
    auto* serial =
        command->add_option("--serial", mint.serial, "Soft token in $UKEY_SOFTTOKEN_DIR, made if need be");
    auto* module = command->add_option("--pkcs11", mint.module, "PKCS#11 module, instead of a soft token");
    auto* label = command->add_option("--slot-label", mint.slotLabel, "Label of the PKCS#11 token");
    serial->excludes(module);
    module->needs(label);
    command->add_option("--library", mint.library, "The soft token's library, if not beside this program");
    command->add_option("--algorithm", mint.algorithm, "sm2 or rsa2048; with --pkcs11 rsa2048 or p256")
        ->capture_default_str();
    command->add_option("--name", mint.name, "Whom the certificate is for")->required();
    command->add_option("--organisation", mint.organisation, "Their organisation");
    command->add_option("--pin", mint.pin, "The user PIN; a new soft token is given it instead of 111111")
        ->required();
    command->callback([&mint] {
        if (mint.serial.empty() && mint.module.empty()) throw CLI::RequiredError("--serial or --pkcs11");
    });
}

int run(int argc, char** argv) {
    CLI::App app("Stand-in for the outside world: a CA with a key centre, and the trading site");
    app.require_subcommand(1);
    Options options;
    addServe(app, options);
    addMint(app, options);
    addAdministratorPin(app, options);
    addCommand(app, options, "ca", "Print all roots and issuing CAs as PEM");
    addCommand(app, options, "revoke", "Revoke a certificate of the sandbox's CA")
        ->add_option("certificate", options.certificate, "Serial number, hexadecimal")
        ->required();
    CLI11_PARSE(app, argc, argv);

    const auto folder = options.folder.empty() ? sandbox::defaultDataFolder() : options.folder;
    options.world.dataFolder = folder;
    options.world.rules.renewalWindow = std::chrono::hours(24) * options.renewalDays;
    options.world.resendPause = std::chrono::seconds(options.resendSeconds);
    options.world.unlockForm = ukey::ra::unlockFormFrom(options.unlockForm).value();
    options.mint.dataFolder = folder;
    if (app.got_subcommand("administrator-pin"))
        return sandbox::setAdministratorPin(folder, options.serial, options.pin);
    if (app.got_subcommand("ca")) return sandbox::printChain(folder);
    if (app.got_subcommand("mint")) return sandbox::mintToken(options.mint);
    if (app.got_subcommand("revoke")) return sandbox::revoke(folder, options.certificate);
    return sandbox::serve(options.world);
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
