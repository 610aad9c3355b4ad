// What makes a new user PIN a bad one.
#pragma once

#include <string>

#include "tokenlib/base/messages.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::host {

/// Says in the user's language why the PIN is refused; empty when it is fine. `current` may be null.
std::string whyRefused(Language language, const Secret& chosen, const Secret* current,
                       const token::PinState& state);

}  // namespace ukey::host
