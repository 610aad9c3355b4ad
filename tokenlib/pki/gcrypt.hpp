// The start of libgcrypt. Used inside pki only.
#pragma once

namespace ukey::pki {

/// Digests and bulk ciphers are libgcrypt's: it starts ten times faster than OpenSSL and takes SM3 and SM4
/// faster. Its secure memory is not used. Every file that uses libgcrypt calls this first.
void useGcrypt();

}  // namespace ukey::pki
