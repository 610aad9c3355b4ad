// Digests, and the SM2 way of digesting a message with the signer's key (GB/T 32918.2 5.5, GM/T 0009 8).
#pragma once

#include <cstdint>
#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// The user identity of SM2 where nothing else was agreed (GM/T 0009 clause 10): 16 octets.
inline constexpr std::string_view kSm2DefaultUserId = "1234567812345678";

/// A digest in the making. Moves only; after `finish` it may only be destroyed.
class Digest {
  public:
    explicit Digest(token::DigestAlgorithm algorithm);
    Digest(Digest&& other) noexcept;
    Digest& operator=(Digest&& other) noexcept;
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;
    ~Digest();

    Digest& update(ByteView bytes);
    Bytes finish();

  private:
    void* handle_ = nullptr;
    std::size_t length_ = 0;
};

Bytes digest(token::DigestAlgorithm algorithm, ByteView bytes);

/// For comparing with the name that others give a certificate (RFC 2634 ESSCertID), and for nothing else.
Bytes sha1(ByteView bytes);

/// Z = SM3(ENTL || ID || a || b || xG || yG || xA || yA), 32 octets. Throws bad-request when the key is not
/// an SM2 key or the identity is longer than 8191 octets.
Bytes sm2Z(const token::PublicKey& key, std::string_view userId = kSm2DefaultUserId);

/// SM3 that has taken Z already: the rest of the message gives e = SM3(Z || M).
Digest sm2Digest(const token::PublicKey& key, std::string_view userId = kSm2DefaultUserId);

/// What a key of this kind signs for a message: SM3(Z || M) for SM2, else the plain digest.
/// Throws bad-request for a digest that the key does not sign (SM2 goes with SM3 only, the others never).
Digest messageDigest(const token::PublicKey& key, token::DigestAlgorithm algorithm);
Bytes messageDigest(const token::PublicKey& key, token::DigestAlgorithm algorithm, ByteView message);

/// The digest that goes with a key where nobody chose: SM3 for SM2, SHA-384 for P-384, SHA-256 for the
/// others.
token::DigestAlgorithm defaultDigest(token::KeyAlgorithm algorithm) noexcept;

/// Whether the pair is one that the bridge signs with (security.md 23, 24).
bool goesWith(token::DigestAlgorithm digest, token::KeyAlgorithm key) noexcept;

}  // namespace ukey::pki
