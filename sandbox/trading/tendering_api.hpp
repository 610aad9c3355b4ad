// Sealed tenders over HTTP (sandbox/API.md).
#pragma once

#include "sandbox/http/router.hpp"
#include "sandbox/trading/tendering.hpp"

namespace ukey::trading {

/// `userOf` gives who is logged in; nothing for nobody.
void addTenderingRoutes(http::Router& router, Tendering& tendering,
                        std::function<std::optional<Bidder>(const http::Request&)> userOf,
                        std::function<Time()> clock);

}  // namespace ukey::trading
