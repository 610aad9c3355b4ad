// What is done with a private key.
#pragma once

#include "tokenlib/drivers/pkcs11/token_session.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::pkcs11 {

Bytes sign(TokenSession& token, const token::Sign& request);
Bytes decrypt(TokenSession& token, const token::Decrypt& request);

}  // namespace ukey::pkcs11
