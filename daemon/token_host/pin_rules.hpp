// What makes a new user PIN a bad one.
#pragma once

#include <string>
#include <string_view>

#include "tokenlib/base/messages.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::token_host {

/// Says in the user's language why the PIN is refused; empty when it is fine. `current` may be null;
/// `initial` is the one that the token's maker sets, or empty.
std::string whyRefused(Language language, const Secret& chosen, const Secret* current,
                       const token::PinState& state, std::string_view initial = {});

}  // namespace ukey::token_host
