#include "tokenlib/message/signed_envelope_writer.hpp"

#include <algorithm>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/ber_pieces.hpp"
#include "tokenlib/message/envelope_parts.hpp"
#include "tokenlib/message/signed_data_parts.hpp"

namespace ukey::cms {
namespace {

/// Of a message beside the content: what the writer of a detached one makes is taken out of that.
SignedDataOptions besideIn(Family family, SignedDataOptions signing) {
    signing.family = family;
    signing.detached = true;
    return signing;
}

/// In GM/T 0010 and in PKCS#7 alike.
constexpr std::uint32_t kVersion = 1;

void requirePlace(const std::vector<pki::Certificate>& recipients, const EnvelopeOptions& options) {
    const auto hasNone = [&](const pki::Certificate& one) {
        return isOnCurve(one) || isNamedByKey(one, options);
    };
    if (pki::hasIntegrity(options.cipher) || std::ranges::any_of(recipients, hasNone)) {
        throw Error(ErrorCode::badRequest,
                    "sealed message: what is signed in one has no place for this cipher or recipient");
    }
}

Bytes beginning(const std::vector<pki::Certificate>& recipients, const EnvelopeOptions& options,
                token::DigestAlgorithm digest, const ContentKey& key) {
    requirePlace(recipients, options);
    return der::join({indefinite(der::kSequence), der::oid(contentType(options.family, 4)),
                      indefinite(der::constructed(0)), indefinite(der::kSequence), der::integer(kVersion),
                      recipientInfos(recipients, options, key),
                      der::setOf({der::algorithmIdentifier(digestOid(digest))}),
                      encryptedContentBeginning(options, key)});
}

}  // namespace

SignedEnvelopeWriter::SignedEnvelopeWriter(const std::vector<pki::Certificate>& recipients,
                                           EnvelopeOptions options, pki::Certificate signer,
                                           SignedDataOptions signing)
    : signer_(std::move(signer), besideIn(options.family, std::move(signing))), cipher_([&] {
          const ContentKey key(options.cipher);
          begin_ = beginning(recipients, options, signer_.digestAlgorithm(), key);
          return key.sealing();
      }()) {}

Bytes SignedEnvelopeWriter::update(ByteView content) {
    signer_.update(content);
    Bytes out = std::exchange(begin_, {});
    appendSealed(out, cipher_, content);
    return out;
}

Bytes SignedEnvelopeWriter::finish(ByteView raw) {
    const SignedDataParts made = readSignedData(signer_.finish(raw));
    const Bytes begun = std::exchange(begin_, {});
    const Bytes last = octetStrings(cipher_.finishSeal());
    // The octet string, what holds it; then the signer, and the three that hold all.
    return der::join({begun, last, kEndOfContents, kEndOfContents, writeSignerParts(made), kEndOfContents,
                      kEndOfContents, kEndOfContents});
}

Bytes signAndSeal(ByteView content, const std::vector<pki::Certificate>& recipients, EnvelopeOptions options,
                  pki::Certificate signer, SignedDataOptions signing, const SignDigest& sign) {
    SignedEnvelopeWriter writer(recipients, options, std::move(signer), std::move(signing));
    const Bytes begun = writer.update(content);
    const Bytes digest = writer.digestToSign();
    const Bytes rest = writer.finish(sign(writer.digestAlgorithm(), digest));
    return der::fromBer(der::join({begun, rest}), "sealed message");
}

}  // namespace ukey::cms
