// SM2 ciphertexts in the forms that travel, and SM2 encryption to a public key.
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/operations.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// DER SM2Cipher (GM/T 0009 7.2). Throws bad-request for parts of wrong lengths.
Bytes sm2CipherToDer(const token::Sm2Cipher& cipher);

/// Coordinates may be of fixed width, with their top bit set or zeros in front; they come out as 32 octets.
/// Throws bad-request.
token::Sm2Cipher sm2CipherFromDer(ByteView der);

/// The order of a raw ciphertext: C1C3C2 since GB/T 32918, C1C2C3 before.
enum class Sm2CipherOrder : std::uint8_t { c1c3c2, c1c2c3 };

/// From the raw form, with or without the octet 04 before the point: what lies on the curve decides. Throws
/// bad-request where neither does.
token::Sm2Cipher sm2CipherFromRaw(ByteView raw, Sm2CipherOrder order);

/// With the octet 04 in front.
Bytes sm2CipherToRaw(const token::Sm2Cipher& cipher, Sm2CipherOrder order);

/// GB/T 32918.4 with SM3. `plain` is 1 to 65536 octets. Throws bad-request when the key is not a good SM2
/// key.
token::Sm2Cipher sm2Encrypt(const token::PublicKey& key, ByteView plain);

/// PKCS#1 v1.5 (RFC 8017 7.2). `plain` is at most the modulus's length less 11. Throws bad-request.
Bytes rsaEncrypt(const token::PublicKey& key, ByteView plain);

/// RSAES-OAEP (RFC 8017 7.1) with SHA-256 for both of its digests. Throws bad-request.
Bytes rsaEncryptOaep(const token::PublicKey& key, ByteView plain);

}  // namespace ukey::pki
