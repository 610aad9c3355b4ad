// Private keys of curves as numbers in the bridge's own memory. Used inside pki only.
#pragma once

#include "tokenlib/base/secret.hpp"
#include "tokenlib/pki/openssl_handles.hpp"

namespace ukey::pki {

/// A fresh private key: as many octets as the curve's order has.
Secret generateScalar(token::KeyAlgorithm algorithm);

/// The public key of a private one. Throws bad-request for a number that is no key (zero, not below the
/// order, of another length).
token::PublicKey publicKeyOf(token::KeyAlgorithm algorithm, ByteView scalar);

/// The pair as OpenSSL works with it.
PkeyHandle toPrivatePkey(const token::PublicKey& key, ByteView scalar);

}  // namespace ukey::pki
