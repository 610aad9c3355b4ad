#include "tokenlib/message/signed_data_reader.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/signed_data_parts.hpp"
#include "tokenlib/message/signer_info.hpp"
#include "tokenlib/message/skeleton.hpp"
#include "tokenlib/message/time_stamp.hpp"
#include "tokenlib/pki/chain.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::cms {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;

constexpr const char* kWhat = "signed message";
constexpr std::size_t kMaxHeld = 1024UL * 1024UL;
/// ContentInfo, [0], SignedData: what stands before the content's SEQUENCE are its version and digest
/// algorithms.
constexpr std::size_t kSignedDataLevel = 2;
const Skeleton::Path kContentPath{1, 0, 2, 1, 0};

std::optional<pki::Certificate> certificateFrom(ByteView der) {
    try {
        return pki::Certificate::fromDer(der);
    } catch (const Error&) {
        // Another kind of certificate, or a broken one that signed nothing here.
        return std::nullopt;
    }
}

std::vector<DigestAlgorithm> digestsIn(der::Reader set) {
    std::vector<DigestAlgorithm> out;
    while (!set.atEnd()) {
        if (const auto known = digestFrom(set.sequence().oid())) out.push_back(*known);
    }
    return out;
}

bool isWeak(std::string_view digestOid) { return digestOid == oids::kMd5 || digestOid == oids::kSha1; }

/// The digests of one content that its signers may need, all in one go.
class ContentDigests {
  public:
    void add(DigestAlgorithm algorithm) { plain_.try_emplace(algorithm, algorithm); }
    /// For a signature of SM2 without attributes: SM3 that begins with Z.
    void addSigner(const pki::Certificate& signer) {
        if (signer.keyAlgorithm() != KeyAlgorithm::sm2) return;
        withZ_.try_emplace(signer.thumbprint(), pki::sm2Digest(*signer.publicKey()));
    }

    void update(ByteView octets) {
        for (auto& [algorithm, digest] : plain_) digest.update(octets);
        for (auto& [thumbprint, digest] : withZ_) digest.update(octets);
        if (held_.size() + octets.size() > kMaxHeld) {
            isHeldWhole_ = false;
            held_ = Bytes{};
        }
        if (isHeldWhole_) held_.insert(held_.end(), octets.begin(), octets.end());
    }

    void finish() {
        for (auto& [algorithm, digest] : plain_) values_[algorithm] = digest.finish();
        for (auto& [thumbprint, digest] : withZ_) zValues_[thumbprint] = digest.finish();
    }

    std::optional<Bytes> plain(DigestAlgorithm algorithm) const {
        if (const auto found = values_.find(algorithm); found != values_.end()) return found->second;
        if (isHeldWhole_) return pki::digest(algorithm, held_);
        return std::nullopt;
    }
    /// What a signer without attributes signed.
    std::optional<Bytes> signedBy(const pki::Certificate& signer, DigestAlgorithm algorithm) const {
        if (signer.keyAlgorithm() != KeyAlgorithm::sm2) return plain(algorithm);
        if (const auto found = zValues_.find(signer.thumbprint()); found != zValues_.end())
            return found->second;
        if (isHeldWhole_) return pki::messageDigest(*signer.publicKey(), algorithm, held_);
        return std::nullopt;
    }

  private:
    std::map<DigestAlgorithm, pki::Digest> plain_;
    std::map<std::string, pki::Digest> withZ_;
    std::map<DigestAlgorithm, Bytes> values_;
    std::map<std::string, Bytes> zValues_;
    Bytes held_;
    bool isHeldWhole_ = true;
};

}  // namespace

bool SignedDataVerdict::isValid() const noexcept {
    return !signers.empty() && std::all_of(signers.begin(), signers.end(),
                                           [](const SignerVerdict& one) { return one.isValid(); });
}

class SignedDataReader::Work {
  public:
    Work(VerifyOptions options, Content content)
        : options_(std::move(options)),
          content_(std::move(content)),
          skeleton_({.isContent = isContent,
                     .begins = [this] { begin(); },
                     .content = [this](ByteView octets) { take(octets); }},
                    kWhat) {
        for (const pki::Certificate& certificate : options_.certificates) digests_.addSigner(certificate);
    }

    void feed(ByteView message) { skeleton_.feed(message); }

    void feedContent(ByteView content) {
        parse();
        if (skeleton_.hasContent()) {
            throw Error(ErrorCode::badRequest, "signed message: it holds its content already");
        }
        digests_.update(content);
    }

    SignedDataVerdict finish() {
        parse();
        digests_.finish();
        SignedDataVerdict verdict;
        verdict.family = parts_->family;
        verdict.isDetached = !skeleton_.hasContent();
        for (const Bytes& element : parts_->signerInfos) verdict.signers.push_back(judge(element));
        verdict.certificates = certificates_;
        return verdict;
    }

  private:
    static bool isContent(const Skeleton::Path& path, std::uint8_t tag) {
        return path == kContentPath && (tag & 0xDFU) == der::kOctetString;
    }

    void begin() {
        der::Reader reader(skeleton_.inside(kSignedDataLevel), kWhat);
        reader.next(der::kInteger);
        for (const DigestAlgorithm algorithm : digestsIn(reader.set())) digests_.add(algorithm);
    }

    void take(ByteView octets) {
        digests_.update(octets);
        if (content_) content_(octets);
    }

    /// Once the whole message is here: of a detached one before its content comes.
    void parse() {
        if (parts_) return;
        parts_ = readSignedData(skeleton_.finish());
        for (const Bytes& element : parts_->certificates) {
            if (auto certificate = certificateFrom(element)) certificates_.push_back(*std::move(certificate));
        }
        if (skeleton_.hasContent()) return;
        for (const Bytes& element : parts_->signerInfos) {
            const SignerInfo info = readSignerInfo(element);
            if (const auto known = digestFrom(info.digestOid)) digests_.add(*known);
            if (const auto signer = find(info); signer && info.attributes.empty())
                digests_.addSigner(*signer);
        }
    }

    std::optional<pki::Certificate> find(const SignerInfo& info) const {
        for (const auto* list : {&certificates_, &options_.certificates}) {
            const auto found = std::find_if(list->begin(), list->end(),
                                            [&](const pki::Certificate& one) { return info.names(one); });
            if (found != list->end()) return *found;
        }
        return std::nullopt;
    }

    SignerVerdict judge(ByteView element) const {
        SignerVerdict verdict;
        const SignerInfo info = readSignerInfo(element);
        verdict.certificate = find(info);
        if (!verdict.certificate) {
            verdict.refusal = refusal::kNoCertificate;
            return verdict;
        }
        verdict.refusal = judgeSignature(info, verdict);
        if (!verdict.refusal.empty()) return verdict;
        verdict.timeStamp = timeStampOf(info);
        const bool counts = verdict.timeStamp && verdict.timeStamp->isValid() && !options_.trusted.empty();
        verdict.refusal =
            judgeCertificate(*verdict.certificate, counts ? verdict.timeStamp->time : options_.time);
        return verdict;
    }

    /// Nobody signed it: whatever stands there, the signature is as good as without it.
    std::optional<TimeStampVerdict> timeStampOf(const SignerInfo& info) const {
        try {
            const ByteView token = timeStampIn(info.unsignedAttributes);
            if (token.empty()) return std::nullopt;
            return judgeTimeStamp(token, info.signature, options_.trusted);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::badRequest) throw;
            return TimeStampVerdict{std::string(refusal::kTimeStamp), {}, {}};
        }
    }

    std::string_view judgeSignature(const SignerInfo& info, SignerVerdict& verdict) const {
        const pki::Certificate& signer = *verdict.certificate;
        if (isWeak(info.digestOid)) return refusal::kWeakDigest;
        const auto digest = digestFrom(info.digestOid);
        const auto key = signer.keyAlgorithm();
        if (!digest || !key || !pki::goesWith(*digest, *key) || !isSignatureOf(info.signatureOid, *key)) {
            return refusal::kAlgorithm;
        }
        const Bytes raw = rawSignature(*key, info.signature);
        if (info.attributes.empty()) {
            const auto value = digests_.signedBy(signer, *digest);
            if (!value) return refusal::kNoCertificate;
            return pki::verify(*signer.publicKey(), *digest, *value, raw) ? "" : refusal::kSignature;
        }
        return judgeAttributes(info, *digest, raw, verdict);
    }

    std::string_view judgeAttributes(const SignerInfo& info, DigestAlgorithm digest, ByteView raw,
                                     SignerVerdict& verdict) const {
        const pki::Certificate& signer = *verdict.certificate;
        const auto attributes = readAttributes(info.attributes);
        if (!attributes) return refusal::kAttributes;
        verdict.signingTime = attributes->signingTime;
        // What was signed is the SET OF, which is written with the tag [0].
        const Bytes set = der::tlv(der::kSet, info.attributes);
        const Bytes value = pki::messageDigest(*signer.publicKey(), digest, set);
        if (!pki::verify(*signer.publicKey(), digest, value, raw)) return refusal::kSignature;
        if (!isContentType(attributes->contentType)) return refusal::kAttributes;
        if (digests_.plain(digest) != attributes->messageDigest) return refusal::kContent;
        return agreesWith(*attributes, signer) ? "" : refusal::kSigningCertificate;
    }

    bool isContentType(const std::string& oid) const {
        if (!options_.contentType.empty()) return oid == options_.contentType;
        const auto type = contentTypeFrom(oid);
        return type && type->n == 1;
    }

    std::string judgeCertificate(const pki::Certificate& signer, std::chrono::sys_seconds time) const {
        if (!signer.allows(token::KeyUsage::sign)) return std::string(refusal::kUsage);
        if (signer.notAfterTime() < time) return std::string(toString(Reason::expired));
        if (signer.notBeforeTime() > time) return std::string(toString(Reason::notYetValid));
        if (options_.trusted.empty()) return {};
        try {
            pki::checkChain(signer, certificates_, options_.trusted, time);
        } catch (const Error& error) {
            if (error.reason().empty()) throw;
            return std::string(error.reason());
        }
        return {};
    }

    VerifyOptions options_;
    Content content_;
    ContentDigests digests_;
    Skeleton skeleton_;
    std::optional<SignedDataParts> parts_;
    std::vector<pki::Certificate> certificates_;
};

SignedDataReader::SignedDataReader(VerifyOptions options, Content content)
    : work_(std::make_unique<Work>(std::move(options), std::move(content))) {}
SignedDataReader::~SignedDataReader() = default;
void SignedDataReader::feed(ByteView message) { work_->feed(message); }
void SignedDataReader::feedContent(ByteView content) { work_->feedContent(content); }
SignedDataVerdict SignedDataReader::finish() { return work_->finish(); }

SignedDataVerdict verifySignedData(ByteView message, ByteView content, VerifyOptions options) {
    SignedDataReader reader(std::move(options));
    reader.feed(message);
    if (!content.empty()) reader.feedContent(content);
    return reader.finish();
}

}  // namespace ukey::cms
