// Which operations there are. Whatever carries or runs them goes by this list, so the compiler names each
// place in which a new one was forgotten.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tokenlib/token/operations.hpp"
#include "tokenlib/token/pin_operations.hpp"

namespace ukey::token {

using Operation =
    std::variant<ListTokens, DescribeToken, ListKeys, Logout, Sign, GenerateKeyPair, ImportKeyPair,
                 WriteCertificate, DeleteContainer, Decrypt, OpenSession, SessionDecrypt, CloseSession,
                 Random, UnlockChallenge, UnlockResponse, VerifyPin, ChangePin, UnlockPin, UnlockPinWith>;

/// The Result of any of them.
using OperationResult = std::variant<Nothing, TokenInfo, std::vector<KeyEntry>, Bytes, PublicKey, std::string,
                                     std::vector<TokenInfo>>;

/// Those that open a dialog, for a PIN or for the user's yes, and take as long as he does.
template <class Op>
concept AsksUser = requires(Op op) {
    op.prompt;
};

}  // namespace ukey::token
