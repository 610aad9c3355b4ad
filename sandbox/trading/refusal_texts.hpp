// What the trading site tells a bidder whose login it refuses.
#pragma once

#include "sandbox/http/message.hpp"
#include "sandbox/login_check/refusal.hpp"

namespace ukey::trading {

/// What happened and what to do about it, in both languages.
http::Text textOf(login_check::Refusal refusal) noexcept;

}  // namespace ukey::trading
