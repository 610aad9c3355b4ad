#include "tokenlib/message/envelope_writer.hpp"

#include <algorithm>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/content_ciphers.hpp"
#include "tokenlib/message/recipients.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/pki/sm4.hpp"

namespace ukey::cms {
namespace {

constexpr std::size_t kPiece = 64UL * 1024UL;
constexpr std::size_t kMostOfHeaderAndBlock = 32;
constexpr std::size_t kMaxRecipients = 64;
const Bytes kEndOfContents{0, 0};

Bytes indefinite(std::uint8_t tag) { return {tag, 0x80}; }

struct ContentKey {
    Secret key;
    Bytes iv;
};

ContentKey freshKey(pki::ContentCipher cipher) {
    ContentKey out{Secret(pki::keyLength(cipher)), Bytes(pki::ivLength(cipher))};
    out.key.resize(pki::keyLength(cipher));
    pki::fillRandom({out.key.data(), out.key.size()});
    pki::fillRandom(out.iv);
    return out;
}

/// RSAES-OAEP-params with SHA-256 for both of its digests.
Bytes oaepAlgorithm() {
    const Bytes sha256 = der::algorithmIdentifier(oids::kSha256);
    return der::algorithmIdentifier(
        oids::kRsaesOaep,
        der::sequence({der::explicitTag(0, sha256),
                       der::explicitTag(1, der::algorithmIdentifier(oids::kMgf1, sha256))}));
}

bool isOnCurve(const pki::Certificate& recipient) {
    const auto& key = recipient.publicKey();
    return key && token::isNistCurve(key->algorithm);
}

bool isNamedByKey(const pki::Certificate& recipient, const EnvelopeOptions& options) {
    return options.byKeyIdentifier && !recipient.subjectKeyIdentifier().empty();
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

Bytes beginning(const std::vector<pki::Certificate>& recipients, const EnvelopeOptions& options,
                const ContentKey& key) {
    if (recipients.empty() || recipients.size() > kMaxRecipients) {
        throw Error(ErrorCode::badRequest, "sealed message: no recipient, or more than 64");
    }
    std::vector<Bytes> infos;
    infos.reserve(recipients.size());
    for (const pki::Certificate& recipient : recipients) {
        infos.push_back(recipientInfo(recipient, options, key.key.view()));
    }
    const bool isAuthenticated = pki::hasIntegrity(options.cipher);
    // EnvelopedData of CMS and AuthEnvelopedData begin with 0, that of GM/T 0010 with 1, and with 2 where
    // keys are agreed on or a key identifier names a recipient (RFC 5652 6.1).
    const auto isLater = [&](const pki::Certificate& one) {
        return isOnCurve(one) || isNamedByKey(one, options);
    };
    const std::uint32_t later = std::ranges::any_of(recipients, isLater) ? 2 : 0;
    const std::uint32_t plain = options.family == Family::gm ? 1 : 0;
    const std::uint32_t version = isAuthenticated ? 0 : std::max(later, plain);
    const Bytes type =
        der::oid(isAuthenticated ? std::string(oids::kAuthEnvelopedData) : contentType(options.family, 3));
    return der::join({indefinite(der::kSequence), type, indefinite(der::constructed(0)),
                      indefinite(der::kSequence), der::integer(version), der::setOf(std::move(infos)),
                      indefinite(der::kSequence), der::oid(contentType(options.family, 1)),
                      cipherAlgorithm(options.cipher, key.iv), indefinite(der::constructed(0))});
}

}  // namespace

EnvelopeWriter::EnvelopeWriter(const std::vector<pki::Certificate>& recipients, EnvelopeOptions options)
    : options_(options), cipher_([&] {
          const ContentKey key = freshKey(options.cipher);
          begin_ = beginning(recipients, options, key);
          return pki::CipherStream(options.cipher, pki::CipherStream::Direction::seal, key.key.view(),
                                   key.iv);
      }()) {}

Bytes EnvelopeWriter::update(ByteView content) {
    Bytes out = std::exchange(begin_, {});
    out.reserve(out.size() + content.size() + (content.size() / kPiece + 2) * kMostOfHeaderAndBlock);
    // Each piece is sealed where it stands: at the speed of AES a copy is felt.
    while (!content.empty()) {
        const ByteView piece = content.first(std::min(content.size(), kPiece));
        if (const std::size_t count = cipher_.ready(piece.size()); count != 0)
            der::appendHeader(out, der::kOctetString, count);
        cipher_.append(piece, out);
        content = content.subspan(piece.size());
    }
    return out;
}

Bytes EnvelopeWriter::finish() {
    const Bytes rest = update({});
    const Bytes sealed = cipher_.finishSeal();
    const Bytes last = sealed.empty() ? Bytes{} : der::octetString(sealed);
    const Bytes mac = pki::hasIntegrity(options_.cipher) ? der::octetString(cipher_.tag()) : Bytes{};
    // The octet string, what holds it; then the MAC, and the three that hold all.
    return der::join(
        {rest, last, kEndOfContents, kEndOfContents, mac, kEndOfContents, kEndOfContents, kEndOfContents});
}

Bytes seal(ByteView content, const std::vector<pki::Certificate>& recipients, EnvelopeOptions options) {
    EnvelopeWriter writer(recipients, options);
    return der::fromBer(der::join({writer.update(content), writer.finish()}), "sealed message");
}

}  // namespace ukey::cms
