// Forms in which digests and keys are handed to tokens, whatever their driver.
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::token {

/// DER of DigestInfo (RFC 8017 9.2, and its like for SM3), which an RSA signature pads. `digest` has the
/// algorithm's length.
Bytes digestInfo(DigestAlgorithm algorithm, ByteView digest);

/// The encrypted private key of an SM2 envelope as tokens take it, 64 octets: the encryption of 32 zero
/// octets and the number, whether the sender encrypted the zeros, left them plain, left them out, or put them
/// behind. Throws bad-request for another length, and for nothing but zeros.
Bytes alignedPrivateKey(ByteView encrypted);

}  // namespace ukey::token
