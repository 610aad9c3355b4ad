// AlgorithmIdentifiers of contents' ciphers. Used inside message only.
#pragma once

#include <optional>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/pki/content_cipher.hpp"

namespace ukey::cms {

Bytes cipherAlgorithm(pki::ContentCipher cipher, ByteView iv);

struct CipherParameters {
    pki::ContentCipher cipher;
    Bytes iv;
};
/// Also SM4 without its mode, where an IV beside it means CBC. Throws `unsupported` for another cipher.
CipherParameters readCipherAlgorithm(ByteView element);

}  // namespace ukey::cms
