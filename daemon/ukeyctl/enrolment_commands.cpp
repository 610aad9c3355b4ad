#include "daemon/ukeyctl/enrolment_commands.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>

#include "daemon/config/config.hpp"
#include "daemon/enrolment/desk.hpp"
#include "daemon/enrolment/host_access.hpp"
#include "daemon/ukeyctl/configuration.hpp"
#include "daemon/ukeyctl/report.hpp"
#include "daemon/wiring/token_hosts_from_config.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/enrolment/enroller.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::ctl {
namespace {

using boost::asio::awaitable;
using enrolment::Record;

Record require(enrolment::Desk& desk, const std::string& id) {
    std::optional<Record> record = desk.find(id);
    if (!record) throw Error(ErrorCode::enrolmentNotFound, id);
    return std::move(*record);
}

/// The exit status.
int listEnrolments(const config::Config& configuration) {
    enrolment::Desk desk(configuration.stateDir);
    const std::vector<Record> records = desk.all();
    for (const Record& record : records) {
        const std::string started = pki::toRfc3339(record.created);
        const std::string kind =
            message(terminalLanguage(), "operation." + std::string(toString(record.kind)));
        say("ctl.enrolment", {{"id", record.id},
                              {"kind", kind},
                              {"serial", printable(record.token.text(), kMostShown)},
                              {"origin", printable(record.origin, kMostShown)},
                              {"step", toString(record.step)},
                              {"started", started}});
    }
    if (!records.empty()) return 0;
    complain("ctl.no-enrolments", {{"folder", pathText(configuration.stateDir)}});
    return kNothingThere;
}

void forgetEnrolment(const config::Config& configuration, const std::string& id) {
    enrolment::Desk desk(configuration.stateDir);
    const Record record = require(desk, id);
    const enrolment::WorkLock lock = desk.lock(record.token);
    desk.journal().remove(record);
    say("ctl.enrolment-forgotten", {{"id", id}});
}

awaitable<void> rollBack(enrolment::Desk& desk, std::shared_ptr<hosts::TokenHosts> hosts, Record record,
                         std::uint32_t timeoutSeconds) {
    std::vector<hosts::HostedToken> plugged = co_await hosts->tokens();
    const auto found = co_await enrolment::tokenOf(*hosts, std::move(plugged), record);
    if (!found) throw Error(ErrorCode::tokenNotFound, "the enrolment's token is not plugged in");
    const hosts::TokenAddress address = found->address();
    token::VerifyPin verify;
    verify.token = address.token;
    verify.prompt.locale = toString(terminalLanguage());
    verify.prompt.origin = "ukeyctl";
    verify.prompt.operation = "operation.manage";
    verify.prompt.timeoutSeconds = timeoutSeconds;
    co_await hosts->call(address.driver, std::move(verify));
    enrolment::HostAccess access(*hosts, address);
    enrolment::JournalAtOnce journal(desk.journal());
    enrolment::Enroller enroller(journal, access);
    co_await enroller.rollBack(record.id);
}

void abortEnrolment(const config::Config& configuration, const std::string& id) {
    enrolment::Desk desk(configuration.stateDir);
    const Record record = require(desk, id);
    const enrolment::WorkLock lock = desk.lock(record.token);
    boost::asio::io_context context(1);
    const auto hosts =
        wiring::tokenHostsFromConfig(context.get_executor(), configuration, wiring::ownTerminal());
    std::exception_ptr failure;
    boost::asio::co_spawn(context, rollBack(desk, hosts, record, configuration.promptTimeoutSeconds),
                          [&](std::exception_ptr error) {
                              failure = std::move(error);
                              context.stop();
                          });
    context.run();
    if (failure) std::rethrow_exception(failure);
    say("ctl.enrolment-aborted", {{"id", id}});
}

}  // namespace

void addEnrolmentCommands(CLI::App& app, const Asked& asked, int& status) {
    const Language language = terminalLanguage();
    CLI::App* group = app.add_subcommand("enrolments", message(language, "ctl.enrolments"));
    group->require_subcommand(1);
    group->add_subcommand("list", message(language, "ctl.enrolments-list"))->callback([&asked, &status] {
        status = listEnrolments(configurationOf(asked));
    });
    auto id = std::make_shared<std::string>();
    auto forget = std::make_shared<bool>(false);
    CLI::App* abort = group->add_subcommand("abort", message(language, "ctl.enrolments-abort"));
    abort->add_option("id", *id)->required();
    abort->add_flag("--forget", *forget, message(language, "ctl.enrolments-forget"));
    abort->callback([&asked, id, forget] {
        const config::Config configuration = configurationOf(asked);
        if (*forget)
            forgetEnrolment(configuration, *id);
        else
            abortEnrolment(configuration, *id);
    });
}

}  // namespace ukey::ctl
