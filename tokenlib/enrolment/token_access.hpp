// How an enrolment reaches its token: through a token host, or in a test through the driver itself.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <utility>
#include <variant>

#include "tokenlib/token/operation_list.hpp"

namespace ukey::enrolment {

/// One token on which the user is logged in.
class TokenAccess {
  public:
    virtual ~TokenAccess() = default;

    /// The driver's name for the token (TokenInfo::id).
    virtual const std::string& token() const = 0;
    /// The operation's result, or the ukey::Error that the driver threw.
    virtual boost::asio::awaitable<token::OperationResult> run(token::Operation operation) = 0;

    template <class Op>
    boost::asio::awaitable<typename Op::Result> call(Op op) {
        return resultOf<Op>(run(token::Operation(std::move(op))));
    }

  private:
    template <class Op>
    static boost::asio::awaitable<typename Op::Result> resultOf(
        boost::asio::awaitable<token::OperationResult> running) {
        token::OperationResult result = co_await std::move(running);
        co_return std::get<typename Op::Result>(std::move(result));
    }
};

}  // namespace ukey::enrolment
