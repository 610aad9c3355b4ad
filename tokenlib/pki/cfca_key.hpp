// CFCA's way of returning the encryption key: SM2 ciphertext of X || Y || d under a temporary key from the
// request.
#pragma once

#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/sm2_key.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::pki {

/// The raw SM2 ciphertext inside the text: an 80-digit header or none, base64 with commas, SEQUENCE { 1,
/// OCTET STRING }. Throws bad-request.
Bytes cfcaCiphertext(std::string_view text);

/// Opens it with the temporary key and wraps the pair anew for import: SM4-ECB under a random key, that key
/// under the container's signing key. The plain key exists in wiped memory for as long as this takes. Both
/// orders of the ciphertext are tried. Throws bad-request when it is not for this key or holds no SM2 pair.
token::EnvelopedSm2Key rewrapCfcaKey(std::string_view text, const Sm2PrivateKey& temporaryKey,
                                     const token::PublicKey& signingKey);

}  // namespace ukey::pki
