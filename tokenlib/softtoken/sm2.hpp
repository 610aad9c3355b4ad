// SM2 (GB/T 32918): signatures over a given hash, public-key encryption, key agreement.
#pragma once

#include <array>
#include <memory>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/softtoken/openssl.hpp"

namespace ukey::softtoken {

/// X || Y.
using Sm2Public = std::array<std::uint8_t, 64>;
/// r || s.
using Sm2Signature = std::array<std::uint8_t, 64>;

struct Sm2Cipher {
    Sm2Public point{};                    // C1
    std::array<std::uint8_t, 32> hash{};  // C3
    Bytes cipher;                         // C2
};

class Sm2Private {
  public:
    static Sm2Private generate();
    /// Throws SAR_INDATAERR unless 0 < d < n - 1.
    static Sm2Private fromScalar(ByteView d);

    const Sm2Public& publicKey() const noexcept { return public_; }
    const Secret& scalar() const noexcept { return scalar_; }

    /// `e` has 32 octets and is signed as it is.
    Sm2Signature sign(ByteView e) const;
    /// Throws SAR_INDATAERR for a cipher text that was not made for this key or was altered.
    Secret decrypt(const Sm2Cipher& cipher) const;

  private:
    Sm2Private(Secret scalar, Sm2Public publicKey, BigNumber inverse);

    Secret scalar_;
    Sm2Public public_;
    BigNumber inverse_;  // (1 + d)^-1 mod n
};

/// Whether the point lies on the curve.
bool isSm2Point(const Sm2Public& point);

bool verifySm2(const Sm2Public& publicKey, ByteView e, const Sm2Signature& signature);

/// Throws SAR_INDATAERR for a public key off the curve.
Sm2Cipher encryptSm2(const Sm2Public& publicKey, ByteView plain);

/// SM3(ENTL || ID || a || b || G || public key).
Bytes sm2Z(const Sm2Public& publicKey, ByteView id);

/// One side of a key agreement (GB/T 32918.3).
struct Sm2AgreementSide {
    const Sm2Public& publicKey;
    const Sm2Public& temporary;
    ByteView id;
};

/// `ours` is the half whose private keys are given; `sponsor` says whether that is the side that began.
Secret agreeSm2(const Sm2Private& key, const Sm2Private& temporary, const Sm2AgreementSide& ours,
                const Sm2AgreementSide& theirs, bool sponsor, std::size_t keySize);

}  // namespace ukey::softtoken
