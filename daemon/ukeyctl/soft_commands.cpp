#include "daemon/ukeyctl/soft_commands.hpp"

#include <CLI/CLI.hpp>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>

#include "daemon/ukeyctl/report.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::ctl {
namespace {

void addCreate(CLI::App& soft) {
    auto spec = std::make_shared<softtoken::TokenSpec>();
    auto plugged = std::make_shared<bool>(false);
    CLI::App* create = soft.add_subcommand("create", message(terminalLanguage(), "ctl.soft-create"));
    create->add_option("--serial", spec->serial, message(terminalLanguage(), "ctl.soft-serial"))->required();
    create->add_option("--model", spec->model, message(terminalLanguage(), "ctl.soft-model"));
    create->add_option("--label", spec->label, message(terminalLanguage(), "ctl.soft-label"));
    create->add_flag("--plug", *plugged, message(terminalLanguage(), "ctl.soft-plug-at-once"));
    create->callback([spec, plugged] {
        softtoken::createToken(*spec);
        if (*plugged) softtoken::plug(spec->serial);
        say("ctl.soft-created", {{"serial", spec->serial}, {"pin", spec->userPin}});
    });
}

void addForSerial(CLI::App& soft, const char* name, const char* help, void (*act)(const std::string&),
                  const char* done) {
    auto serial = std::make_shared<std::string>();
    CLI::App* command = soft.add_subcommand(name, message(terminalLanguage(), help));
    command->add_option("serial", *serial)->required();
    command->callback([serial, act, done] {
        act(*serial);
        say(done, {{"serial", *serial}});
    });
}

/// The exit status.
int listSoftTokens() {
    const auto tokens = softtoken::list();
    for (const auto& token : tokens) {
        std::cout << std::left << std::setw(24) << token.serial << std::setw(10)
                  << message(terminalLanguage(), token.plugged ? "ctl.plugged" : "ctl.unplugged")
                  << token.model << "  " << token.label << '\n';
    }
    return tokens.empty() ? kNothingThere : 0;
}

}  // namespace

void addSoftCommands(CLI::App& app, int& status) {
    CLI::App* soft = app.add_subcommand("soft", message(terminalLanguage(), "ctl.soft"));
    soft->require_subcommand(1);
    addCreate(*soft);
    addForSerial(*soft, "plug", "ctl.soft-plug", softtoken::plug, "ctl.soft-plugged");
    addForSerial(*soft, "unplug", "ctl.soft-unplug", softtoken::unplug, "ctl.soft-unplugged");
    addForSerial(*soft, "remove", "ctl.soft-remove", softtoken::remove, "ctl.soft-removed");
    soft->add_subcommand("list", message(terminalLanguage(), "ctl.soft-list"))->callback([&status] {
        status = listSoftTokens();
    });
}

}  // namespace ukey::ctl
