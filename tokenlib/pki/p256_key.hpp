// A P-256 private key in the bridge's own memory: the key by which pages recognise this installation. The
// keys of users live in tokens.
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

class P256PrivateKey {
  public:
    /// From 32 octets. Throws bad-request for a number that is no key (zero, not below the order).
    static P256PrivateKey fromScalar(ByteView scalar);

    const token::PublicKey& publicKey() const noexcept { return publicKey_; }

    /// ECDSA with SHA-256: r || s, 64 octets.
    Bytes sign(ByteView message) const;

  private:
    Secret scalar_;
    token::PublicKey publicKey_;
};

}  // namespace ukey::pki
