// A call that uses a private key on its token.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <utility>

#include "daemon/api/services.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::api {

/// Sets the operation's token and key, and asks the token. Throws what the host answers.
template <class Op>
boost::asio::awaitable<typename Op::Result> callWithKey(Page& page, std::shared_ptr<const TokenKey> key,
                                                        Op operation) {
    operation.token = key->address.token;
    operation.key = key->entry.ref;
    try {
        auto calling = page.services.catalogue.hosts().call(key->address.driver, std::move(operation));
        co_return co_await std::move(calling);
    } catch (const Error& error) {
        // The library knows better: somebody else's wrong PIN or a reset ended the login. A key that is asked
        // for anew each time says nothing of it.
        if (error.code() == ErrorCode::pinRequired && !key->entry.alwaysAuthenticate)
            page.services.logins.forget(key->address);
        throw;
    }
}

}  // namespace ukey::api
