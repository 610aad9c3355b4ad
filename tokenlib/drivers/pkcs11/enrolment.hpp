// Operations that change what is stored on a token.
#pragma once

#include "tokenlib/drivers/pkcs11/token_session.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::pkcs11 {

token::PublicKey generateKeyPair(TokenSession& token, const token::GenerateKeyPair& request);
void importKeyPair(TokenSession& token, const token::ImportKeyPair& request);
void writeCertificate(TokenSession& token, const token::WriteCertificate& request);
void deleteContainer(TokenSession& token, const token::DeleteContainer& request);

}  // namespace ukey::pkcs11
