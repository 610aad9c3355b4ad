#include "tokenlib/message/content_digests.hpp"

namespace ukey::cms {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;

constexpr std::size_t kMaxHeld = 1024UL * 1024UL;

}  // namespace

void ContentDigests::add(DigestAlgorithm algorithm) {
    if (!hasBegun_) plain_.try_emplace(algorithm, algorithm);
}

void ContentDigests::addSigner(const pki::Certificate& signer) {
    if (hasBegun_ || signer.keyAlgorithm() != KeyAlgorithm::sm2) return;
    withZ_.try_emplace(signer.thumbprint(), pki::sm2Digest(*signer.publicKey()));
}

void ContentDigests::update(ByteView octets) {
    if (octets.empty()) return;
    hasBegun_ = true;
    for (auto& [algorithm, digest] : plain_) digest.update(octets);
    for (auto& [thumbprint, digest] : withZ_) digest.update(octets);
    if (held_.size() + octets.size() > kMaxHeld) {
        isHeldWhole_ = false;
        held_ = Bytes{};
    }
    if (isHeldWhole_) held_.insert(held_.end(), octets.begin(), octets.end());
}

void ContentDigests::finish() {
    for (auto& [algorithm, digest] : plain_) values_[algorithm] = digest.finish();
    for (auto& [thumbprint, digest] : withZ_) zValues_[thumbprint] = digest.finish();
}

std::optional<Bytes> ContentDigests::plain(DigestAlgorithm algorithm) const {
    if (const auto found = values_.find(algorithm); found != values_.end()) return found->second;
    if (isHeldWhole_) return pki::digest(algorithm, held_);
    return std::nullopt;
}

std::optional<Bytes> ContentDigests::signedBy(const pki::Certificate& signer,
                                              DigestAlgorithm algorithm) const {
    if (signer.keyAlgorithm() != KeyAlgorithm::sm2) return plain(algorithm);
    if (const auto found = zValues_.find(signer.thumbprint()); found != zValues_.end()) return found->second;
    if (isHeldWhole_) return pki::messageDigest(*signer.publicKey(), algorithm, held_);
    return std::nullopt;
}

}  // namespace ukey::cms
