// Whether a token is the one that an enrolment is on.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/enrolment/token_access.hpp"

namespace ukey::enrolment {

/// Whether the enrolment's signing key is in its container on this token. Twins share a serial number, and
/// names of containers may be the same on all tokens of a maker: the key alone is on one of them. False as
/// long as there is no key.
boost::asio::awaitable<bool> holdsKeyOf(TokenAccess& token, Record record);

/// Throws token-not-found where it is not.
boost::asio::awaitable<void> requireKeyOf(TokenAccess& token, Record record);

}  // namespace ukey::enrolment
