// PKCS#1 v1.5 signatures (RFC 8017 8.2.2): the proof that what came back from the token is one. Public
// numbers only.
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::skf {

/// input^exponent mod modulus, as long as the modulus. Big-endian; the modulus is odd, without leading zeros,
/// and at most 4096 bits long; input is not longer than it; the exponent has one to four octets, not all
/// zero.
Bytes rsaPublicOperation(ByteView modulus, ByteView exponent, ByteView input);

/// Whether `signature` is one of `signedInfo` (a DigestInfo) under the key.
bool isRsaSignature(const token::PublicKey& key, ByteView signedInfo, ByteView signature);

}  // namespace ukey::skf
