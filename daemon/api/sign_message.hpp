// Signatures that handlers make: content in, signature or message out, the token between.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/api/params/choices.hpp"
#include "daemon/api/signing.hpp"
#include "tokenlib/message/signed_data_writer.hpp"
#include "tokenlib/pki/message_domain.hpp"

namespace ukey::api {

/// As a page wants its messages; where it does not say, as the key wants them.
struct MessageWishes {
    std::optional<cms::Family> family;
    std::optional<bool> detached;
    std::optional<bool> attributes;
    std::optional<bool> signingTime;
    std::optional<bool> chain;
    std::optional<std::vector<std::string>> issuers;
};

/// Nothing for a raw signature. `onToken`: certificates of CAs above the key's, which go into the message
/// with the page's.
std::optional<cms::SignedDataOptions> signedDataOptions(SignatureFormat format, const MessageWishes& wishes,
                                                        const TokenKey& key,
                                                        const std::vector<pki::Certificate>& onToken);

/// The same of the params of a method that signs.
template <class Params>
std::optional<cms::SignedDataOptions> signedDataOptionsIn(const Params& params, const TokenKey& key,
                                                          const std::vector<pki::Certificate>& onToken) {
    return signedDataOptions(
        params.format,
        {params.family, params.detached, params.attributes, params.signingTime, params.chain, params.issuers},
        key, onToken);
}

/// One signature over one content. In order: `update` any number of times, `job`, `finish`; each on any
/// thread, one after another.
class Signature {
  public:
    /// `options`: nothing for a raw signature. Throws bad-request for a certificate that does not sign.
    Signature(const TokenKey& key, const std::optional<cms::SignedDataOptions>& options);
    /// Beside those that a message has. Throws also reserved-message, for the content that it holds, and what
    /// SignedDataAddition throws.
    Signature(const TokenKey& key, const cms::SignedDataOptions& options, ByteView message);

    /// The message's beginning, as far as it does not wait for the signature. Throws reserved-message.
    Bytes update(ByteView content);
    /// What the token has to sign, and what a dialog says of the content. Throws bad-request where `update`
    /// was given another content than the message holds.
    SigningJob job();
    /// The rest of the message; of a raw signature, its DER. Throws driver-error when it is no signature of
    /// that digest by this key: such a one never leaves.
    Bytes finish(ByteView raw);

    token::DigestAlgorithm digestAlgorithm() const noexcept { return digestAlgorithm_; }

  private:
    Bytes take(ByteView content);
    bool isRaw() const noexcept { return !writer_ && !addition_; }

    token::PublicKey key_;
    token::DigestAlgorithm digestAlgorithm_;
    std::optional<cms::SignedDataWriter> writer_;      ///< Of a message of its own,
    std::optional<cms::SignedDataAddition> addition_;  ///< of one that there is; neither for a raw signature,
    pki::Digest rawDigest_;                            ///< whose digest this is,
    Bytes toSign_;                                     ///< and its value.
    pki::Digest contentDigest_;
    std::optional<pki::Digest> given_;  ///< What came beside a message that holds its content.
    pki::ReservedMessage reserved_;
    Bytes beginning_;  ///< The whole content as long as it is short.
    std::size_t size_ = 0;
};

}  // namespace ukey::api
