// A look at one plugged-in token after the other.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <exception>
#include <functional>
#include <vector>

#include "daemon/api/token_catalogue.hpp"

namespace ukey::api {

using LookAtToken = std::function<boost::asio::awaitable<void>(const hosts::HostedToken& token)>;

/// Looks at each of the tokens, in their order. One driver's trouble hides nothing on another's tokens: it is
/// logged, and the last one comes back, null where there was none, for a caller that has found nothing.
/// Throws user-cancelled, after which nobody waits for the rest.
boost::asio::awaitable<std::exception_ptr> lookAtEach(std::vector<hosts::HostedToken> tokens,
                                                      LookAtToken look);

}  // namespace ukey::api
