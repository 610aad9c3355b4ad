#include "daemon/ukeyctl/audit_commands.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "daemon/audit/audit_log.hpp"
#include "daemon/config/config.hpp"
#include "daemon/policy/install_secret.hpp"
#include "daemon/ukeyctl/configuration.hpp"
#include "daemon/ukeyctl/report.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::ctl {
namespace {

/// Nothing, and it is said where, when nothing was recorded yet: reading makes no file.
std::unique_ptr<audit::AuditLog> openLog(const Asked& asked) {
    const auto folder = configurationOf(asked).stateDir;
    if (audit::AuditLog::isIn(folder))
        return std::make_unique<audit::AuditLog>(folder, policy::installSecret(folder));
    complain("ctl.no-audit", {{"folder", pathText(folder)}});
    return nullptr;
}

void listRows(audit::AuditLog& log, std::int64_t count) {
    for (const audit::Row& row : log.newest(count)) {
        const std::string number = std::to_string(row.number);
        say("ctl.audit-row", {{"number", number},
                              {"time", row.time},
                              {"origin", row.entry.origin},
                              {"operation", row.entry.operation},
                              {"outcome", row.entry.outcome},
                              {"token", row.entry.token}});
    }
}

/// The exit status.
int verifyLog(audit::AuditLog& log) {
    const audit::Finding finding = log.verify();
    if (finding.intact) {
        say("ctl.audit-intact", {{"count", std::to_string(finding.rows)}});
        return 0;
    }
    say("ctl.audit-broken", {{"number", std::to_string(finding.firstBad)}});
    return 1;
}

}  // namespace

void addAuditCommands(CLI::App& app, const Asked& asked, int& status) {
    const Language language = terminalLanguage();
    CLI::App* group = app.add_subcommand("audit", message(language, "ctl.audit"));
    group->require_subcommand(1);
    auto count = std::make_shared<std::int64_t>(50);
    CLI::App* list = group->add_subcommand("list", message(language, "ctl.audit-list"));
    list->add_option("--last", *count, message(language, "ctl.audit-count"));
    list->callback([&asked, &status, count] {
        const auto log = openLog(asked);
        if (log) listRows(*log, *count);
        status = log ? 0 : kNothingThere;
    });
    group->add_subcommand("verify", message(language, "ctl.audit-verify"))->callback([&asked, &status] {
        const auto log = openLog(asked);
        status = log ? verifyLog(*log) : kNothingThere;
    });
    group->add_subcommand("export", message(language, "ctl.audit-export"))->callback([&asked, &status] {
        const auto log = openLog(asked);
        status = log ? 0 : kNothingThere;
        if (!log) return;
        log->forEach([](const audit::Row& row) { std::cout << audit::toJsonLine(row) << '\n'; });
    });
}

}  // namespace ukey::ctl
