#include "tokenlib/message/envelope_parts.hpp"

#include <algorithm>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/ber_pieces.hpp"
#include "tokenlib/message/content_ciphers.hpp"
#include "tokenlib/message/recipients.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/pki/sm4.hpp"

namespace ukey::cms {
namespace {

constexpr std::size_t kMaxRecipients = 64;
constexpr std::size_t kMostOfHeaderAndBlock = 32;

/// RSAES-OAEP-params with SHA-256 for both of its digests.
Bytes oaepAlgorithm() {
    const Bytes sha256 = der::algorithmIdentifier(oids::kSha256);
    return der::algorithmIdentifier(
        oids::kRsaesOaep,
        der::sequence({der::explicitTag(0, sha256),
                       der::explicitTag(1, der::algorithmIdentifier(oids::kMgf1, sha256))}));
}

/// KeyTransRecipientInfo, or for curves without encryption KeyAgreeRecipientInfo. GB/T 35275 counts its
/// versions from 1, CMS from 0 where issuer and serial number name the recipient; both have 2 for a key
/// identifier.
Bytes recipientInfo(const pki::Certificate& recipient, const EnvelopeOptions& options, ByteView key) {
    if (!recipient.publicKey() || !recipient.allows(token::KeyUsage::encrypt)) {
        throw Error(ErrorCode::certificateMismatch, "sealed message: the certificate is not one to seal to")
            .withReason(Reason::usage);
    }
    const bool byKey = isNamedByKey(recipient, options);
    if (isOnCurve(recipient)) return keyAgreeRecipientInfo(recipient, byKey, key);
    const token::PublicKey& publicKey = *recipient.publicKey();
    Bytes algorithm;
    Bytes encrypted;
    if (publicKey.algorithm == token::KeyAlgorithm::sm2) {
        algorithm = der::algorithmIdentifier(oids::kSm2Encrypt);
        encrypted = pki::sm2CipherToDer(pki::sm2Encrypt(publicKey, key));
    } else {
        algorithm =
            options.oaep ? oaepAlgorithm() : der::algorithmIdentifier(oids::kRsaEncryption, der::null());
        encrypted = options.oaep ? pki::rsaEncryptOaep(publicKey, key) : pki::rsaEncrypt(publicKey, key);
    }
    if (byKey) {
        const Bytes named = der::tlv(der::primitive(0), recipient.subjectKeyIdentifier());
        return der::sequence({der::integer(2), named, algorithm, der::octetString(encrypted)});
    }
    return der::sequence({der::integer(options.family == Family::gm ? 1U : 0U),
                          der::sequence({recipient.issuerDer(), recipient.serialNumberDer()}), algorithm,
                          der::octetString(encrypted)});
}

}  // namespace

ContentKey::ContentKey(pki::ContentCipher contentCipher)
    : cipher(contentCipher), key(pki::keyLength(cipher)), iv(pki::ivLength(cipher)) {
    key.resize(pki::keyLength(cipher));
    pki::fillRandom({key.data(), key.size()});
    pki::fillRandom(iv);
}

pki::CipherStream ContentKey::sealing() const {
    return {cipher, pki::CipherStream::Direction::seal, key.view(), iv};
}

bool isOnCurve(const pki::Certificate& recipient) {
    const auto& key = recipient.publicKey();
    return key && token::isNistCurve(key->algorithm);
}

bool isNamedByKey(const pki::Certificate& recipient, const EnvelopeOptions& options) {
    return options.byKeyIdentifier && !recipient.subjectKeyIdentifier().empty();
}

Bytes recipientInfos(const std::vector<pki::Certificate>& recipients, const EnvelopeOptions& options,
                     const ContentKey& key) {
    if (recipients.empty() || recipients.size() > kMaxRecipients) {
        throw Error(ErrorCode::badRequest, "sealed message: no recipient, or more than 64");
    }
    std::vector<Bytes> infos;
    infos.reserve(recipients.size());
    for (const pki::Certificate& recipient : recipients) {
        infos.push_back(recipientInfo(recipient, options, key.key.view()));
    }
    return der::setOf(std::move(infos));
}

Bytes encryptedContentBeginning(const EnvelopeOptions& options, const ContentKey& key) {
    return der::join({indefinite(der::kSequence), der::oid(contentType(options.family, 1)),
                      cipherAlgorithm(options.cipher, key.iv), indefinite(der::constructed(0))});
}

void appendSealed(Bytes& out, pki::CipherStream& cipher, ByteView content) {
    out.reserve(out.size() + content.size() + (content.size() / kPiece + 2) * kMostOfHeaderAndBlock);
    // Each piece is sealed where it stands: at the speed of AES a copy is felt.
    while (!content.empty()) {
        const ByteView piece = content.first(std::min(content.size(), kPiece));
        if (const std::size_t count = cipher.ready(piece.size()); count != 0)
            der::appendHeader(out, der::kOctetString, count);
        cipher.append(piece, out);
        content = content.subspan(piece.size());
    }
}

}  // namespace ukey::cms
