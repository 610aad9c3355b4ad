// `ukeyctl tokens` and the token part of `ukeyctl doctor`: token hosts of our own, so that they work without
// a daemon.
#pragma once

#include <vector>

#include "daemon/hosts/token_hosts.hpp"

namespace ukey::config {
struct Config;
}

namespace ukey::ctl {

struct TokenSurvey {
    std::vector<hosts::HostedToken> tokens;
    std::vector<hosts::DriverStatus> drivers;
};

/// Starts a host for each configured driver, looks once, and ends them.
TokenSurvey surveyTokens(const config::Config& configuration);

/// Prints a table of the tokens; returns the exit status.
int listTokens(const config::Config& configuration, bool asJson);

}  // namespace ukey::ctl
