// SM4 for short inputs: keys and proofs. Used inside pki only.
#pragma once

#include "tokenlib/base/bytes.hpp"

namespace ukey::pki {

/// Without padding: the input is a multiple of 16 octets.
Bytes sm4EcbEncrypt(ByteView key, ByteView plain);
Bytes sm4CbcEncrypt(ByteView key, ByteView iv, ByteView plain);

/// Random octets fit for keys.
void fillRandom(std::span<std::uint8_t> octets);

}  // namespace ukey::pki
