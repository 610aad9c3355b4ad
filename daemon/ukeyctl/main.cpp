#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/ukeyctl/audit_commands.hpp"
#include "daemon/ukeyctl/configuration.hpp"
#include "daemon/ukeyctl/doctor.hpp"
#include "daemon/ukeyctl/enrolment_commands.hpp"
#include "daemon/ukeyctl/origins_commands.hpp"
#include "daemon/ukeyctl/pin_commands.hpp"
#include "daemon/ukeyctl/report.hpp"
#include "daemon/ukeyctl/soft_commands.hpp"
#include "daemon/ukeyctl/token_commands.hpp"
#include "tokenlib/base/error.hpp"

namespace {

using ukey::message;

int run(int argc, char** argv) {
    const auto language = ukey::ctl::terminalLanguage();
    CLI::App app{message(language, "ctl.about"), "ukeyctl"};
    app.require_subcommand(1);
    std::optional<std::string> configFile;
    app.add_option("--config", configFile, message(language, "ctl.option-config"));
    int status = 0;

    app.add_subcommand("status", message(language, "ctl.status"))->callback([&] {
        status = ukey::ctl::showStatus(configFile);
    });
    bool asJson = false;
    auto* tokens = app.add_subcommand("tokens", message(language, "ctl.tokens"));
    tokens->add_flag("--json", asJson);
    tokens->callback([&] { status = ukey::ctl::listTokens(ukey::ctl::configurationOf(configFile), asJson); });
    app.add_subcommand("doctor", message(language, "ctl.doctor"))->callback([&] {
        status = ukey::ctl::runDoctor(configFile);
    });
    ukey::ctl::addSoftCommands(app);
    ukey::ctl::addEnrolmentCommands(app, configFile);
    ukey::ctl::addPinCommands(app, configFile);
    ukey::ctl::addOriginsCommands(app, configFile);
    ukey::ctl::addAuditCommands(app, configFile, status);

    CLI11_PARSE(app, argc, argv);
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const ukey::Error& e) {
        std::cerr << "ukeyctl: " << ukey::errorMessage(ukey::ctl::terminalLanguage(), e) << " ["
                  << ukey::toString(e.code()) << "] " << e.what() << '\n';
        return 1;
    }
}
