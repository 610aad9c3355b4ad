// How pages recognise this installation: somebody else's program on the same port cannot answer for it
// (security.md 50).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/policy/keyed_hash.hpp"
#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/p256_key.hpp"

namespace ukey::policy {

class Identity {
  public:
    static constexpr std::size_t kNonceOctets = 32;

    /// The private key follows from the secret of this installation, so that it is as old as that, and as
    /// well kept. At least 32 octets, or ukey::Error (internal).
    explicit Identity(ByteView secret) : hash_(secret) {}

    struct Proof {
        Bytes key;        ///< DER SubjectPublicKeyInfo, P-256.
        Bytes signature;  ///< ECDSA with SHA-256, r || s.
    };

    /// Signs "ukey.v1 identity", 0, the origin, 0 and the nonce. The origin is part of it, so that one site
    /// cannot have a proof made that serves at another.
    Proof prove(std::string_view origin, ByteView nonce);

    /// Six digits that the page and our dialog show alike where a site meets this installation first, so that
    /// the user can tell that both speak of the same key. `nonce`: 32 octets that the page chose after it was
    /// shown the key, or ukey::Error (bad-request); whoever answers in our place cannot make its key to fit.
    std::string meetingCode(std::string_view origin, ByteView nonce);

  private:
    const pki::P256PrivateKey& key();

    KeyedHash hash_;
    std::optional<pki::P256PrivateKey> key_;  ///< Made when a page first asks.
};

}  // namespace ukey::policy
