#include "tokenlib/message/signer_judge.hpp"

#include <algorithm>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/time_stamp.hpp"
#include "tokenlib/pki/chain.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::cms {
namespace {

using token::DigestAlgorithm;

std::optional<pki::Certificate> certificateFrom(ByteView der) {
    try {
        return pki::Certificate::fromDer(der);
    } catch (const Error&) {
        // Another kind of certificate, or a broken one that signed nothing here.
        return std::nullopt;
    }
}

bool isWeak(std::string_view digestOid) { return digestOid == oids::kMd5 || digestOid == oids::kSha1; }

}  // namespace

bool SignedDataVerdict::isValid() const noexcept {
    return !signers.empty() && std::all_of(signers.begin(), signers.end(),
                                           [](const SignerVerdict& one) { return one.isValid(); });
}

SignerJudge::SignerJudge(VerifyOptions options) : options_(std::move(options)) {
    for (const pki::Certificate& certificate : options_.certificates) digests_.addSigner(certificate);
}

void SignerJudge::expect(der::Reader algorithms) {
    while (!algorithms.atEnd()) {
        if (const auto known = digestFrom(algorithms.sequence().oid())) digests_.add(*known);
    }
}

void SignerJudge::meet(SignerParts signers) {
    signers_ = std::move(signers);
    for (const Bytes& element : signers_.certificates) {
        if (auto certificate = certificateFrom(element)) certificates_.push_back(*std::move(certificate));
    }
    for (const Bytes& element : signers_.signerInfos) {
        const SignerInfo info = readSignerInfo(element);
        if (const auto known = digestFrom(info.digestOid)) digests_.add(*known);
        if (const auto signer = find(info); signer && info.attributes.empty()) digests_.addSigner(*signer);
    }
}

SignedDataVerdict SignerJudge::finish() {
    digests_.finish();
    SignedDataVerdict verdict;
    for (const Bytes& element : signers_.signerInfos) verdict.signers.push_back(judge(element));
    verdict.certificates = certificates_;
    return verdict;
}

std::optional<pki::Certificate> SignerJudge::find(const SignerInfo& info) const {
    for (const auto* list : {&certificates_, &options_.certificates}) {
        const auto found = std::find_if(list->begin(), list->end(),
                                        [&](const pki::Certificate& one) { return info.names(one); });
        if (found != list->end()) return *found;
    }
    return std::nullopt;
}

SignerVerdict SignerJudge::judge(ByteView element) const {
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
std::optional<TimeStampVerdict> SignerJudge::timeStampOf(const SignerInfo& info) const {
    try {
        const ByteView token = timeStampIn(info.unsignedAttributes);
        if (token.empty()) return std::nullopt;
        return judgeTimeStamp(token, info.signature, options_.trusted);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::badRequest) throw;
        return TimeStampVerdict{std::string(refusal::kTimeStamp), {}, {}};
    }
}

std::string_view SignerJudge::judgeSignature(const SignerInfo& info, SignerVerdict& verdict) const {
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

std::string_view SignerJudge::judgeAttributes(const SignerInfo& info, DigestAlgorithm digest, ByteView raw,
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

bool SignerJudge::isContentType(const std::string& oid) const {
    if (!options_.contentType.empty()) return oid == options_.contentType;
    const auto type = contentTypeFrom(oid);
    return type && type->n == 1;
}

std::string SignerJudge::judgeCertificate(const pki::Certificate& signer,
                                          std::chrono::sys_seconds time) const {
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

}  // namespace ukey::cms
