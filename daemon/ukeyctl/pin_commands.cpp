#include "daemon/ukeyctl/pin_commands.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>

#include "daemon/config/config.hpp"
#include "daemon/ukeyctl/configuration.hpp"
#include "daemon/ukeyctl/report.hpp"
#include "daemon/unlock/temporary_pins.hpp"
#include "daemon/wiring/token_hosts_from_config.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ctl {
namespace {

using boost::asio::awaitable;

/// Which token, of the command line.
struct Wanted {
    std::string serial;
    std::string driver;  ///< Empty: whichever has it.
};

awaitable<hosts::HostedToken> findToken(hosts::TokenHosts& hosts, Wanted wanted) {
    const std::vector<hosts::HostedToken> tokens = co_await hosts.tokens();
    std::optional<hosts::HostedToken> found;
    for (const hosts::HostedToken& token : tokens) {
        if (token.info.serial != wanted.serial && token.identity.text() != wanted.serial) continue;
        if (!wanted.driver.empty() && token.driver != wanted.driver) continue;
        if (found && found->driver != token.driver)
            throw Error(ErrorCode::badRequest, "two drivers have that serial number: name one with --driver");
        if (found)
            throw Error(ErrorCode::badRequest, "two tokens have that serial number: unplug the other one");
        found = token;
    }
    if (!found) throw Error(ErrorCode::tokenNotFound, wanted.serial);
    co_return *found;
}

/// Op is ChangePin or UnlockPin. Either way the user chooses a PIN, so one that an RA set is gone.
template <class Op>
awaitable<void> runDialog(std::shared_ptr<hosts::TokenHosts> hosts, Wanted wanted, std::string operation,
                          const config::Config& configuration) {
    const hosts::HostedToken token = co_await findToken(*hosts, std::move(wanted));
    Op op;
    op.token = token.info.id;
    op.prompt.locale = toString(terminalLanguage());
    op.prompt.origin = "ukeyctl";
    op.prompt.operation = std::move(operation);
    op.prompt.timeoutSeconds = configuration.promptTimeoutSeconds;
    co_await hosts->call(token.driver, std::move(op));
    unlock::TemporaryPins(configuration.stateDir).remove(token);
}

template <class Op>
void ask(const Asked& asked, const Wanted& wanted, const std::string& operation) {
    const config::Config configuration = configurationOf(asked);
    boost::asio::io_context context(1);
    const auto hosts =
        wiring::tokenHostsFromConfig(context.get_executor(), configuration, wiring::ownTerminal());
    std::exception_ptr failure;
    boost::asio::co_spawn(context, runDialog<Op>(hosts, wanted, operation, configuration),
                          [&](std::exception_ptr error) {
                              failure = std::move(error);
                              context.stop();
                          });
    context.run();
    if (failure) std::rethrow_exception(failure);
}

template <class Op>
void addCommand(CLI::App& parent, const Asked& asked, const char* name, const char* help,
                const char* operation, const char* done) {
    auto wanted = std::make_shared<Wanted>();
    CLI::App* command = parent.add_subcommand(name, message(terminalLanguage(), help));
    command->add_option("serial", wanted->serial)->required();
    command->add_option("--driver", wanted->driver, message(terminalLanguage(), "ctl.pin-driver"));
    command->callback([&asked, wanted, operation, done] {
        ask<Op>(asked, *wanted, operation);
        say(done, {{"serial", wanted->serial}});
    });
}

}  // namespace

void addPinCommands(CLI::App& app, const Asked& asked) {
    addCommand<token::UnlockPin>(app, asked, "unlock", "ctl.unlock", "operation.unlock-pin", "ctl.unlocked");
    CLI::App* pin = app.add_subcommand("pin", message(terminalLanguage(), "ctl.pin"));
    pin->require_subcommand(1);
    addCommand<token::ChangePin>(*pin, asked, "change", "ctl.pin-change", "operation.change-pin",
                                 "ctl.pin-changed");
}

}  // namespace ukey::ctl
