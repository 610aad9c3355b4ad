// RSA with PKCS#1 v1.5, as GM/T 0016 uses it.
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/gmt0016/skf.h"
#include "tokenlib/softtoken/openssl.hpp"

namespace ukey::softtoken {

class RsaPrivate {
  public:
    /// 2048 bits, exponent 65537. Throws SAR_GENRSAKEYERR.
    static RsaPrivate generate();
    /// RSAPrivateKey (PKCS#1); octets behind it are left alone. Throws SAR_INDATAERR unless it is a sound key
    /// of 2048 bits.
    static RsaPrivate fromPkcs1(ByteView der);
    static RsaPrivate fromBlob(const RSAPRIVATEKEYBLOB& blob);

    /// Whether all its numbers belong together; looks at the primes, so it takes its time.
    bool isSound() const;

    Secret toPkcs1() const;
    RSAPUBLICKEYBLOB publicBlob() const;
    RSAPRIVATEKEYBLOB privateBlob() const;

    std::size_t size() const noexcept;
    /// Block type 1 around `data`, which has at most size() - 11 octets, then the private operation.
    Bytes sign(ByteView data) const;
    /// Opens a block of type 2. Throws SAR_RSADECERR.
    Secret decrypt(ByteView cipher) const;
    /// The bare private operation. Throws SAR_RSADECERR.
    Bytes rawPrivate(ByteView input) const;

  private:
    explicit RsaPrivate(PKey key) noexcept : key_(std::move(key)) {}
    PKey key_;
};

class RsaPublic {
  public:
    /// Throws SAR_RSAMODULUSLENERR or SAR_INDATAERR.
    explicit RsaPublic(const RSAPUBLICKEYBLOB& blob);

    std::size_t size() const noexcept;
    bool verify(ByteView data, ByteView signature) const;
    /// Block type 2. Throws SAR_RSAENCERR.
    Bytes encrypt(ByteView plain) const;
    /// The bare public operation. Throws SAR_RSAENCERR.
    Bytes rawPublic(ByteView input) const;

  private:
    PKey key_;
};

}  // namespace ukey::softtoken
