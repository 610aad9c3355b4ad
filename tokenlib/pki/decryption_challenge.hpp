// A riddle that only the holder of a private key can solve: how enrolment proves an encryption pair after its
// import, whether the token decrypts itself or only opens content keys.
#pragma once

#include <variant>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/token/gmt0006.hpp"
#include "tokenlib/token/operations.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

struct DecryptionChallenge {
    /// A 16-octet SM4 key under the public key: for token::Decrypt, or token::OpenSession.
    std::variant<token::Sm2Cipher, Bytes> wrappedKey;
    std::uint32_t contentAlgorithm = token::kSgdSm4Cbc;
    Bytes iv;
    Bytes cipher;  ///< `plain` under that key: for token::SessionDecrypt.

    Secret contentKey;  ///< What Decrypt has to give.
    Bytes plain;        ///< What SessionDecrypt has to give: 32 octets.
};

/// For an SM2 or RSA key. Throws `unsupported` for the others, which cannot decrypt.
DecryptionChallenge makeDecryptionChallenge(const token::PublicKey& key);

}  // namespace ukey::pki
