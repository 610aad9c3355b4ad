// 竞买 over HTTP (sandbox/API.md).
#pragma once

#include <cstddef>

#include "sandbox/http/router.hpp"
#include "sandbox/trading/bidding.hpp"

namespace ukey::trading {

/// Of a signature in base64url, as pages send it; that of an RSA key of 4096 bits has 683 characters.
inline constexpr std::size_t kMaxSignatureText = 2048;

/// `bidderOf` gives who is logged in; nothing for nobody.
void addBiddingRoutes(http::Router& router, Bidding& bidding, Drafts& drafts,
                      std::function<std::optional<Bidder>(const http::Request&)> bidderOf,
                      std::function<Time()> clock);

}  // namespace ukey::trading
