#include "daemon/ukeyctl/origins_commands.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "daemon/config/config.hpp"
#include "daemon/policy/grants.hpp"
#include "daemon/policy/install_secret.hpp"
#include "daemon/ukeyctl/configuration.hpp"
#include "daemon/ukeyctl/report.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ctl {
namespace {

std::string namesOf(policy::Scopes scopes) {
    std::string names;
    for (const policy::Scope scope : scopes.list())
        names += (names.empty() ? "" : ",") + std::string(policy::toString(scope));
    return names.empty() ? "-" : names;
}

policy::Grants grantsOf(const config::Config& configuration) {
    return {configuration.stateDir, policy::installSecret(configuration.stateDir)};
}

/// The exit status.
int listOrigins(const config::Config& configuration) {
    for (const policy::OriginRule& rule : configuration.origins) {
        const std::string origin = rule.pattern.text();
        const std::string scopes = namesOf(rule.scopes);
        say("ctl.site-by-policy", {{"origin", origin}, {"scopes", scopes}});
    }
    const auto grants = grantsOf(configuration).list();
    for (const policy::Grant& grant : grants) {
        const std::string scopes = namesOf(grant.scopes);
        say("ctl.site-by-user", {{"origin", grant.origin}, {"scopes", scopes}, {"since", grant.since}});
    }
    if (!configuration.origins.empty() || !grants.empty()) return 0;
    complain("ctl.no-sites");
    return kNothingThere;
}

bool revoke(const config::Config& configuration, const std::string& origin, const std::string& scopeName) {
    policy::Grants grants = grantsOf(configuration);
    if (scopeName.empty()) return grants.revoke(origin);
    const auto scope = policy::scopeFrom(scopeName);
    if (!scope) throw Error(ErrorCode::badRequest, "there is no scope " + scopeName);
    return grants.revoke(origin, *scope);
}

}  // namespace

void addOriginsCommands(CLI::App& app, const Asked& asked, int& status) {
    const Language language = terminalLanguage();
    CLI::App* group = app.add_subcommand("origins", message(language, "ctl.sites"));
    group->require_subcommand(1);
    group->add_subcommand("list", message(language, "ctl.sites-list"))->callback([&asked, &status] {
        status = listOrigins(configurationOf(asked));
    });
    auto origin = std::make_shared<std::string>();
    auto scope = std::make_shared<std::string>();
    CLI::App* revoking = group->add_subcommand("revoke", message(language, "ctl.sites-revoke"));
    revoking->add_option("origin", *origin)->required();
    revoking->add_option("--scope", *scope, message(language, "ctl.sites-scope"));
    revoking->callback([&asked, &status, origin, scope] {
        const bool revoked = revoke(configurationOf(asked), *origin, *scope);
        if (revoked) return say("ctl.site-revoked", {{"origin", *origin}});
        complain("ctl.site-unknown", {{"origin", *origin}});
        status = kNothingThere;
    });
}

}  // namespace ukey::ctl
