// An SM2 private key in the bridge's own memory: only for keys that are made to be thrown away, such as the
// temporary key of CFCA's certificate requests. The keys of users live in tokens.
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/token/operations.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

class Sm2PrivateKey {
  public:
    static Sm2PrivateKey generate();
    /// From 32 octets. Throws bad-request for a number that is no key (zero, not below the order).
    static Sm2PrivateKey fromScalar(ByteView scalar);

    const token::PublicKey& publicKey() const noexcept { return publicKey_; }
    /// 32 octets.
    const Secret& scalar() const noexcept { return scalar_; }

    /// Throws bad-request when the ciphertext is not one for this key.
    Secret decrypt(const token::Sm2Cipher& cipher) const;

  private:
    Secret scalar_;
    token::PublicKey publicKey_;
};

}  // namespace ukey::pki
