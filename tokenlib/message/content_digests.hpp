// The digests of one content that its signers may need, all in one go. Used inside message only.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/digest.hpp"

namespace ukey::cms {

/// In order: `add` and `addSigner`, `update` any number of times, `finish`, and then what came of it. Up to 1
/// MiB the content is held, so that a digest of which nobody knew before can still be made.
class ContentDigests {
  public:
    /// Those that come after the first octet of the content are not begun any more.
    void add(token::DigestAlgorithm algorithm);
    /// For a signature of SM2 without attributes: SM3 that begins with Z.
    void addSigner(const pki::Certificate& signer);

    void update(ByteView octets);
    void finish();

    /// Nothing when it was not begun and the content is too long.
    std::optional<Bytes> plain(token::DigestAlgorithm algorithm) const;
    /// What a signer without attributes signed; nothing as above.
    std::optional<Bytes> signedBy(const pki::Certificate& signer, token::DigestAlgorithm algorithm) const;

  private:
    std::map<token::DigestAlgorithm, pki::Digest> plain_;
    std::map<std::string, pki::Digest> withZ_;
    std::map<token::DigestAlgorithm, Bytes> values_;
    std::map<std::string, Bytes> zValues_;
    Bytes held_;
    bool hasBegun_ = false;
    bool isHeldWhole_ = true;
};

}  // namespace ukey::cms
