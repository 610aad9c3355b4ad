#include "daemon/ukeyctl/token_commands.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>

#include "daemon/ukeyctl/report.hpp"
#include "daemon/wiring/token_hosts_from_config.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::ctl {
namespace {

nlohmann::json toJson(const hosts::HostedToken& token) {
    nlohmann::json json{{"driver", token.driver},
                        {"model", token.info.model},
                        {"label", token.info.label},
                        {"serial", token.info.serial},
                        {"manufacturer", token.info.manufacturer},
                        {"state", token::toString(token.info.state)},
                        {"pin", {{"state", token::toString(token.info.pin.status)}}}};
    if (token.info.pin.triesLeft) json["pin"]["triesLeft"] = *token.info.pin.triesLeft;
    return json;
}

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

TokenSurvey surveyTokens(const config::Config& configuration) {
    boost::asio::io_context context(1);
    const auto hosts =
        wiring::tokenHostsFromConfig(context.get_executor(), configuration, wiring::Terminal{});
    TokenSurvey survey;
    std::exception_ptr failure;
    boost::asio::co_spawn(
        context,
        [&]() -> boost::asio::awaitable<void> {
            survey.tokens = co_await hosts->tokens();
            survey.drivers = hosts->status();
        },
        [&](std::exception_ptr e) {
            failure = e;
            context.stop();
        });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return survey;
}

int listTokens(const config::Config& configuration, bool asJson) {
    const TokenSurvey survey = surveyTokens(configuration);
    if (asJson) {
        nlohmann::json all = nlohmann::json::array();
        for (const auto& token : survey.tokens) all.push_back(toJson(token));
        std::cout << all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
        return 0;
    }
    for (const auto& token : survey.tokens) printToken(token);
    if (survey.tokens.empty()) say("ctl.no-tokens");
    return 0;
}

}  // namespace ukey::ctl
