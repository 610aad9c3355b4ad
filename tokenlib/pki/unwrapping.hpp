// The last step to a content's key, after a token has done its part: OAEP padding taken off, a key derived
// from an agreement, a wrapped key unwrapped. And the first step of who seals to a key on a curve.
#pragma once

#include <optional>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::pki {

/// The message in a block that RSA has decrypted (RFC 8017 7.1.2), as long as the modulus. Takes time that
/// depends on the lengths only. Nothing when the padding or the label is not right, whichever it is.
std::optional<Secret> withoutOaepPadding(ByteView block, const token::OaepCipher& cipher);

/// The key derivation function of ANSI X9.63 (SEC 1 3.6.1).
Secret x963Key(token::KeyDigest digest, ByteView shared, ByteView info, std::size_t length);

/// A key pair for one message, and what it shares with the other side's (SEC 1 3.3.1).
struct Agreed {
    token::PublicKey publicKey;
    Secret shared;
};
/// P-256 and P-384. Throws bad-request for a key that is on no such curve.
Agreed agreeWith(const token::PublicKey& theirs);

/// AES key wrap (RFC 3394) by a key of 16, 24 or 32 octets.
Bytes aesWrapped(ByteView key, ByteView plain);
/// The same, undone by a key of 16, 24 or 32 octets. Nothing when it was another key.
std::optional<Secret> aesUnwrapped(ByteView key, ByteView wrapped);

}  // namespace ukey::pki
