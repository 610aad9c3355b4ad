// Keys at rest: the application's master key under a PIN, everything else under the master key.
#pragma once

#include <optional>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/softtoken/state.hpp"

namespace ukey::softtoken {

inline constexpr std::size_t kMasterKeySize = 32;

Secret newMasterKey();

/// `context` is bound to the sealed octets: they open only with the same context. AES-256-GCM, random nonce.
Bytes seal(const Secret& key, ByteView context, ByteView plain);
/// Nothing when the key or the context is wrong or the octets were altered.
std::optional<Secret> unseal(const Secret& key, ByteView context, ByteView sealed);

/// PBKDF2-HMAC-SHA256 of the PIN with a new salt, then seal. Takes some tens of milliseconds, so that PINs of
/// a stolen folder cannot be tried fast.
PinWrap wrapMasterKey(const Secret& masterKey, ByteView pin, ByteView context);
/// Nothing for a wrong PIN.
std::optional<Secret> unwrapMasterKey(const PinWrap& wrap, ByteView pin, ByteView context);

}  // namespace ukey::softtoken
