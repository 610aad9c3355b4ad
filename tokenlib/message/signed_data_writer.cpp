#include "tokenlib/message/signed_data_writer.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/ber_pieces.hpp"
#include "tokenlib/message/signed_data_parts.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::cms {
namespace {

using token::DigestAlgorithm;

DigestAlgorithm digestOf(const pki::Certificate& signer) {
    const auto key = signer.keyAlgorithm();
    if (!key || !signer.allows(token::KeyUsage::sign)) {
        throw Error(ErrorCode::badRequest, "signed message: the certificate is not one that signs");
    }
    return pki::defaultDigest(*key);
}

/// The digest over the content: with attributes it is named by one of them, without it is what is signed.
pki::Digest contentDigest(const pki::Certificate& signer, DigestAlgorithm algorithm, bool attributes) {
    return attributes ? pki::Digest(algorithm) : pki::messageDigest(*signer.publicKey(), algorithm);
}

Bytes attribute(std::string_view oid, ByteView value) {
    return der::sequence({der::oid(oid), der::tlv(der::kSet, value)});
}

/// RFC 5652 11.3: UTCTime until 2049, GeneralizedTime from then on.
Bytes timeValue(std::chrono::sys_seconds time) {
    std::string text = pki::toRfc3339(time);
    std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'T'; });
    const bool isShort = text >= "1950" && text < "2050";
    return isShort ? der::tlv(der::kUtcTime, asBytes(std::string_view(text).substr(2)))
                   : der::tlv(der::kGeneralizedTime, asBytes(text));
}

/// SigningCertificateV2 (RFC 5035): the digest of the certificate, its issuer and serial number.
Bytes signingCertificate(const pki::Certificate& signer, DigestAlgorithm algorithm) {
    const Bytes hash = der::octetString(pki::digest(algorithm, signer.der()));
    const Bytes issuerSerial =
        der::sequence({der::sequence({der::explicitTag(4, signer.issuerDer())}), signer.serialNumberDer()});
    // SHA-256 is the default, and a default is not written.
    const Bytes named =
        algorithm == DigestAlgorithm::sha256 ? Bytes{} : der::algorithmIdentifier(digestOid(algorithm));
    return der::sequence({der::sequence({der::sequence({named, hash, issuerSerial})})});
}

std::vector<Bytes> attributesOf(const pki::Certificate& signer, const SignedDataOptions& options,
                                DigestAlgorithm algorithm, ByteView contentDigestValue) {
    std::vector<Bytes> out{
        attribute(oids::kContentType, der::oid(contentType(options.family, 1))),
        attribute(oids::kMessageDigest, der::octetString(contentDigestValue)),
    };
    if (options.signingTime) out.push_back(attribute(oids::kSigningTime, timeValue(*options.signingTime)));
    if (options.cades)
        out.push_back(attribute(oids::kSigningCertificateV2, signingCertificate(signer, algorithm)));
    return out;
}

void addOnce(std::vector<Bytes>& list, const Bytes& element) {
    if (std::find(list.begin(), list.end(), element) == list.end()) list.push_back(element);
}

std::vector<Bytes> certificatesOf(const pki::Certificate& signer, const SignedDataOptions& options) {
    std::vector<Bytes> list{signer.der()};
    for (const pki::Certificate& certificate : options.chain) addOnce(list, certificate.der());
    return list;
}

SignedDataParts partsFor(const pki::Certificate& signer, const SignedDataOptions& options,
                         DigestAlgorithm algorithm) {
    SignedDataParts parts;
    parts.family = options.family;
    parts.contentType = contentType(options.family, 1);
    parts.digestAlgorithms = {der::algorithmIdentifier(digestOid(algorithm))};
    parts.certificates = certificatesOf(signer, options);
    return parts;
}

}  // namespace

SignedDataWriter::SignedDataWriter(pki::Certificate signer, SignedDataOptions options)
    : signer_(std::move(signer)),
      options_(std::move(options)),
      digestAlgorithm_(digestOf(signer_)),
      digest_(contentDigest(signer_, digestAlgorithm_, options_.attributes || options_.cades)) {
    options_.attributes = options_.attributes || options_.cades;
}

Bytes SignedDataWriter::update(ByteView content) {
    digest_.update(content);
    if (options_.detached) return {};
    Bytes out;
    if (!std::exchange(hasBegun_, true)) {
        const SignedDataParts parts = partsFor(signer_, options_, digestAlgorithm_);
        out = der::join({indefinite(der::kSequence), der::oid(contentType(options_.family, 2)),
                         indefinite(der::constructed(0)), indefinite(der::kSequence),
                         der::integer(parts.version), der::setOf(parts.digestAlgorithms),
                         indefinite(der::kSequence), der::oid(contentType(options_.family, 1)),
                         indefinite(der::constructed(0)), indefinite(0x20U | der::kOctetString)});
    }
    const Bytes pieces = octetStrings(content);
    out.insert(out.end(), pieces.begin(), pieces.end());
    return out;
}

Bytes SignedDataWriter::digestToSign() {
    const Bytes digest = digest_.finish();
    toSign_ = digest;
    if (options_.attributes) {
        attributes_ = attributesOf(signer_, options_, digestAlgorithm_, digest);
        toSign_ = pki::messageDigest(*signer_.publicKey(), digestAlgorithm_, der::setOf(attributes_));
    }
    return toSign_;
}

Bytes SignedDataWriter::signerInfo(ByteView raw) const {
    if (!pki::verify(*signer_.publicKey(), digestAlgorithm_, toSign_, raw)) {
        throw Error(ErrorCode::driverError, "signed message: the signature does not verify");
    }
    const pki::Certificate& signer = signer_;
    const Bytes attributes = attributes_.empty() ? Bytes{} : der::setOf(attributes_, der::constructed(0));
    return der::sequence({der::integer(1), der::sequence({signer.issuerDer(), signer.serialNumberDer()}),
                          der::algorithmIdentifier(digestOid(digestAlgorithm_)), attributes,
                          signatureAlgorithm(options_.family, *signer.keyAlgorithm(), digestAlgorithm_),
                          der::octetString(pki::signatureToDer(*signer.keyAlgorithm(), raw))});
}

Bytes SignedDataWriter::finish(ByteView raw) {
    SignedDataParts parts = partsFor(signer_, options_, digestAlgorithm_);
    parts.signerInfos = {signerInfo(raw)};
    if (options_.detached) return writeSignedData(parts);
    // The octet string, [0], the content's SEQUENCE; then the rest, and the three that hold all.
    const Bytes begun = hasBegun_ ? Bytes{} : update({});
    return der::join({begun, kEndOfContents, kEndOfContents, kEndOfContents, writeSignerParts(parts),
                      kEndOfContents, kEndOfContents, kEndOfContents});
}

Bytes signedData(ByteView content, pki::Certificate signer, SignedDataOptions options,
                 const SignDigest& sign) {
    const bool isDetached = std::exchange(options.detached, true);
    SignedDataWriter writer(std::move(signer), std::move(options));
    writer.update(content);
    const Bytes digest = writer.digestToSign();
    Bytes message = writer.finish(sign(writer.digestAlgorithm(), digest));
    if (isDetached) return message;
    SignedDataParts parts = readSignedData(message);
    parts.content = toBytes(content);
    return writeSignedData(parts);
}

SignedDataAddition::SignedDataAddition(ByteView message, const pki::Certificate& signer,
                                       SignedDataOptions options)
    : parts_(std::make_unique<SignedDataParts>(readSignedData(message))) {
    const auto type = contentTypeFrom(parts_->contentType);
    if (!type || type->n != 1) throw Error(ErrorCode::unsupported, "signed message: the content is no data");
    options.family = parts_->family;
    options.detached = true;
    writer_.emplace(signer, std::move(options));
}

SignedDataAddition::SignedDataAddition(SignedDataAddition&&) noexcept = default;
SignedDataAddition::~SignedDataAddition() = default;

const std::optional<Bytes>& SignedDataAddition::content() const noexcept { return parts_->content; }

Bytes SignedDataAddition::finish(ByteView raw) {
    const SignedDataParts added = readSignedData(writer_->finish(raw));
    for (const Bytes& one : added.digestAlgorithms) addOnce(parts_->digestAlgorithms, one);
    for (const Bytes& one : added.certificates) addOnce(parts_->certificates, one);
    parts_->signerInfos.push_back(added.signerInfos.front());
    return writeSignedData(*parts_);
}

Bytes addSigner(ByteView message, ByteView content, const pki::Certificate& signer, SignedDataOptions options,
                const SignDigest& sign) {
    SignedDataAddition addition(message, signer, std::move(options));
    addition.update(addition.content() ? ByteView(*addition.content()) : content);
    const Bytes digest = addition.digestToSign();
    return addition.finish(sign(addition.digestAlgorithm(), digest));
}

}  // namespace ukey::cms
