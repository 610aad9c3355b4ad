#include "daemon/ukeyctl/token_commands.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>

#include "daemon/ukeyctl/report.hpp"
#include "daemon/wiring/token_hosts_from_config.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/base/version.hpp"

namespace ukey::ctl {
namespace {

void printToken(const hosts::HostedToken& token) {
    const auto& info = token.info;
    const std::string tries = info.pin.triesLeft ? std::to_string(*info.pin.triesLeft) : "?";
    say("ctl.token", {{"driver", token.driver},
                      {"model", printable(info.model, kMostShown)},
                      {"label", printable(info.label, kMostShown)},
                      {"serial", printable(info.serial, kMostShown)},
                      {"state", token::toString(info.state)},
                      {"pin", token::toString(info.pin.status)},
                      {"tries", tries}});
}

}  // namespace

wiring::DaemonStatus statusOf(const Bridge& bridge) {
    if (bridge.daemon) return bridge.daemon->status;
    boost::asio::io_context context(1);
    const wiring::Terminal terminal = wiring::ownTerminal();
    const auto hosts = wiring::tokenHostsFromConfig(context.get_executor(), bridge.config, terminal);
    wiring::DaemonStatus status;
    std::exception_ptr failure;
    boost::asio::co_spawn(context,
                          wiring::ownStatus(bridge.config, terminal, hosts, std::string(programVersion())),
                          [&](std::exception_ptr error, wiring::DaemonStatus found) {
                              failure = std::move(error);
                              status = std::move(found);
                              context.stop();
                          });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return status;
}

int listTokens(const Asked& asked, bool asJson) {
    const wiring::DaemonStatus status = statusOf(bridgeOf(asked));
    const int exitStatus = status.tokens.empty() ? kNothingThere : 0;
    if (asJson) {
        std::cout << wiring::tokensText(status) << '\n';
        return exitStatus;
    }
    for (const auto& token : status.tokens) printToken(token);
    if (status.tokens.empty()) complain("ctl.no-tokens");
    return exitStatus;
}

}  // namespace ukey::ctl
