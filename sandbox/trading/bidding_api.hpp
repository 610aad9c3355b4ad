// 竞买 over HTTP (sandbox/API.md).
#pragma once

#include "sandbox/http/router.hpp"
#include "sandbox/trading/bidding.hpp"

namespace ukey::trading {

/// `bidderOf` gives who is logged in; nothing for nobody.
void addBiddingRoutes(http::Router& router, Bidding& bidding,
                      std::function<std::optional<Bidder>(const http::Request&)> bidderOf,
                      std::function<Time()> clock);

}  // namespace ukey::trading
