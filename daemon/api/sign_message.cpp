#include "daemon/api/sign_message.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemon/api/transfer.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::api {
namespace {

/// Modules that hash themselves get messages up to this length.
constexpr std::size_t kShortMessage = 4096;

}  // namespace

std::optional<cms::SignedDataOptions> signedDataOptions(SignatureFormat format, const MessageWishes& wishes,
                                                        const TokenKey& key,
                                                        const std::vector<pki::Certificate>& onToken) {
    if (format == SignatureFormat::raw) return std::nullopt;
    cms::SignedDataOptions options;
    options.cades = format == SignatureFormat::cms;
    const bool isGm = !options.cades && key.algorithm == token::KeyAlgorithm::sm2;
    options.family = wishes.family.value_or(isGm ? cms::Family::gm : cms::Family::cms);
    options.detached = wishes.detached.value_or(true);
    options.attributes = options.cades || wishes.attributes.value_or(true);
    if (wishes.signingTime.value_or(true))
        options.signingTime = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (!wishes.chain.value_or(true)) return options;
    if (wishes.issuers) options.chain = certificatesFrom(*wishes.issuers);
    options.chain.insert(options.chain.end(), onToken.begin(), onToken.end());
    return options;
}

Signature::Signature(const TokenKey& key, const std::optional<cms::SignedDataOptions>& options)
    : key_(*key.certificate.publicKey()),
      digestAlgorithm_(pki::defaultDigest(key.algorithm)),
      rawDigest_(pki::messageDigest(key_, digestAlgorithm_)),
      contentDigest_(digestAlgorithm_) {
    if (options) writer_.emplace(key.certificate, *options);
}

Signature::Signature(const TokenKey& key, const cms::SignedDataOptions& options, ByteView message)
    : Signature(key, std::nullopt) {
    addition_.emplace(message, key.certificate, options);
    if (addition_->content()) take(*addition_->content());
}

Bytes Signature::update(ByteView content) {
    if (!addition_ || !addition_->content()) return take(content);
    if (!given_) given_.emplace(digestAlgorithm_);
    if (!content.empty()) given_->update(content);
    return {};
}

Bytes Signature::take(ByteView content) {
    reserved_.update(content);
    reserved_.refuse();
    size_ += content.size();
    if (isRaw()) {
        if (size_ <= kShortMessage) beginning_.insert(beginning_.end(), content.begin(), content.end());
        rawDigest_.update(content);
        return {};
    }
    contentDigest_.update(content);
    if (writer_) return writer_->update(content);
    addition_->update(content);
    return {};
}

SigningJob Signature::job() {
    SigningJob job;
    job.digestAlgorithm = digestAlgorithm_;
    if (isRaw()) {
        toSign_ = rawDigest_.finish();
        job.digest = toSign_;
        if (size_ <= kShortMessage) job.message = std::move(beginning_);
    } else {
        job.digest = writer_ ? writer_->digestToSign() : addition_->digestToSign();
        job.shownDigest = contentDigest_.finish();
        if (given_ && given_->finish() != job.shownDigest)
            throw Error(ErrorCode::badRequest, "the content is another than the one in the message");
    }
    job.size = size_;
    return job;
}

Bytes Signature::finish(ByteView raw) {
    if (writer_) return writer_->finish(raw);
    if (addition_) return addition_->finish(raw);
    pki::requireSignature(key_, digestAlgorithm_, toSign_, raw);
    return pki::signatureToDer(key_.algorithm, raw);
}

}  // namespace ukey::api
