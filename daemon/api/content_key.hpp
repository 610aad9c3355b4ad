// The key of a sealed message's content, opened by a token.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/api/recipient_keys.hpp"
#include "tokenlib/base/secret.hpp"

namespace ukey::api {

/// The page is logged in on the token. Throws content-corrupt when none of the readings of the recipient's
/// octets gives a key of that length, unsupported for ways that tokens do not have.
boost::asio::awaitable<Secret> openContentKey(Page& page, const RecipientKey& with,
                                              const cms::Recipient& recipient, std::size_t length);

}  // namespace ukey::api
