// What calls that need a PIN have in common.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "daemon/api/services.hpp"

namespace ukey::api {

/// `operation`: key of the message catalogue.
token::PromptContext promptFor(const Page& page, std::string operation);

/// A call that opens a dialog for a PIN, which has the turn.
using PinCall = std::function<boost::asio::awaitable<void>(consent::Turn turn)>;

/// Runs a call when its turn has come (security.md 20). Wrong PINs of one origin are counted, so that no page
/// drains a PIN counter by asking again and again (18): throws rate-limited when there were too many, and
/// when only the last try is left. Forgotten when a right PIN has given the token all its tries again.
boost::asio::awaitable<void> counted(Page& page, PinCall call);

/// As `counted`, for a call that gives the token all its tries: wrong user PINs do not stand in its way.
boost::asio::awaitable<void> inTurn(Page& page, PinCall call);

/// Runs what gives the token another PIN, and notes whether that is one which the RA knows.
enum class PinOf : std::uint8_t { user, ra };
boost::asio::awaitable<void> setPin(Page& page, hosts::TokenAddress address, token::Operation operation,
                                    consent::Turn turn, PinOf whose = PinOf::user);

/// As `changePin`, `counted`, for a change that another call asks for first; the audit log has a row of it.
boost::asio::awaitable<void> changePinFirst(Page& page, hosts::TokenAddress address, std::string why);

/// Lets the user log in for this page, changing his PIN first where that is due: one that an RA set, and the
/// maker's where the policy wants it, or the page does (`changesInitial`); what pin.verify does. Whether it
/// was changed: what fails after that in the same call has the reason pin-changed.
boost::asio::awaitable<bool> logIn(Page& page, hosts::TokenAddress address, bool changesInitial = false);

/// Lets the user change his PIN; `why` is the dialog's operation.
boost::asio::awaitable<void> changePin(Page& page, hosts::TokenAddress address, std::string why,
                                       consent::Turn turn);

}  // namespace ukey::api
