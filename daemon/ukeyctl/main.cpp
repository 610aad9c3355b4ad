#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

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
#include "tokenlib/base/platform/command_line.hpp"
#include "tokenlib/base/version.hpp"

namespace {

using ukey::message;

/// Of a command line that cannot be understood, as other programs have it.
constexpr int kWrongUsage = 2;

/// What CLI11's English sentence says is required.
std::string partAtFault(const CLI::ParseError& error) {
    const std::string text = error.what();
    return text.substr(0, text.find(" is required"));
}

int explainUsage(const CLI::App& app, const CLI::ParseError& error) {
    const std::string part = partAtFault(error);
    const std::vector<std::string> unknown = app.remaining(true);
    if (!unknown.empty())
        ukey::ctl::complain("ctl.usage-unknown", {{"what", unknown.front()}});
    else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && part == "A subcommand")
        ukey::ctl::complain("ctl.usage-command");
    else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
        ukey::ctl::complain("ctl.usage-missing", {{"what", part}});
    else
        ukey::ctl::complain("ctl.usage-wrong", {{"what", error.what()}});
    ukey::ctl::complain("ctl.usage-help");
    return kWrongUsage;
}

int run(int argc, char** argv) {
    const auto language = ukey::ctl::terminalLanguage();
    CLI::App app{message(language, "ctl.about"), "ukeyctl"};
    app.set_help_flag("-h,--help", message(language, "ctl.option-help"));
    app.require_subcommand(1);
    ukey::ctl::Asked asked;
    app.add_option("--config", asked.configFile, message(language, "ctl.option-config"))->type_name("FILE");
    app.add_option("--state-dir", asked.stateDir, message(language, "ctl.option-state-dir"))
        ->type_name("DIR");
    app.set_version_flag("--version", "ukeyctl " + std::string(ukey::programVersion()),
                         message(language, "ctl.option-version"));
    int status = 0;

    app.add_subcommand("status", message(language, "ctl.status"))->callback([&] {
        status = ukey::ctl::showStatus(asked);
    });
    bool asJson = false;
    auto* tokens = app.add_subcommand("tokens", message(language, "ctl.tokens"));
    tokens->add_flag("--json", asJson, message(language, "ctl.option-json"));
    tokens->callback([&] { status = ukey::ctl::listTokens(asked, asJson); });
    app.add_subcommand("doctor", message(language, "ctl.doctor"))->callback([&] {
        status = ukey::ctl::runDoctor(asked);
    });
    ukey::ctl::addSoftCommands(app, status);
    ukey::ctl::addEnrolmentCommands(app, asked, status);
    ukey::ctl::addPinCommands(app, asked);
    ukey::ctl::addOriginsCommands(app, asked, status);
    ukey::ctl::addAuditCommands(app, asked, status);

    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return app.exit(success);  // --help, --version.
    } catch (const CLI::ParseError& error) {
        return explainUsage(app, error);
    }
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    ukey::platform::printUtf8();
    try {
        return run(argc, argv);
    } catch (const ukey::Error& e) {
        std::cerr << "ukeyctl: " << ukey::errorMessage(ukey::ctl::terminalLanguage(), e) << " ["
                  << ukey::toString(e.code()) << "] " << e.what() << '\n';
        return 1;
    }
}
