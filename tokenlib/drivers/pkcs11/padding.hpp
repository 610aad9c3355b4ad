// PKCS#1 v1.5 encryption padding, for modules that only do the bare RSA operation.
#pragma once

#include <optional>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pkcs11 {

/// The message in a decrypted block of `size` octets (RFC 8017 7.2.2); modules may leave out its leading
/// zero. Takes time that depends on the lengths only. Nothing when the padding is wrong.
std::optional<Bytes> withoutEncryptionPadding(ByteView block, std::size_t size);

}  // namespace ukey::pkcs11
