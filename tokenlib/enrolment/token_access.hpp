// How an enrolment reaches its token: through a token host, or in a test through the driver itself.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tokenlib/token/operations.hpp"

namespace ukey::enrolment {

using Operation =
    std::variant<token::DescribeToken, token::ListKeys, token::Sign, token::GenerateKeyPair,
                 token::ImportKeyPair, token::WriteCertificate, token::DeleteContainer, token::Decrypt,
                 token::OpenSession, token::SessionDecrypt, token::CloseSession>;
using OperationResult = std::variant<token::Nothing, token::TokenInfo, std::vector<token::KeyEntry>, Bytes,
                                     token::PublicKey, std::string>;

/// One token on which the user is logged in.
class TokenAccess {
  public:
    virtual ~TokenAccess() = default;

    /// The driver's name for the token (TokenInfo::id).
    virtual const std::string& token() const = 0;
    /// The operation's result, or the ukey::Error that the driver threw.
    virtual boost::asio::awaitable<OperationResult> run(Operation operation) = 0;

    template <class Op>
    boost::asio::awaitable<typename Op::Result> call(Op op) {
        return resultOf<Op>(run(Operation(std::move(op))));
    }

  private:
    template <class Op>
    static boost::asio::awaitable<typename Op::Result> resultOf(
        boost::asio::awaitable<OperationResult> running) {
        OperationResult result = co_await std::move(running);
        co_return std::get<typename Op::Result>(std::move(result));
    }
};

}  // namespace ukey::enrolment
