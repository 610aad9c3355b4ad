#include "tokenlib/message/recipients.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/pki/unwrapping.hpp"

namespace ukey::cms {
namespace {

using token::KeyDigest;

constexpr const char* kWhat = "sealed message";
constexpr std::size_t kMaxRecipients = 64;
constexpr unsigned kKeyAgreeRecipientInfo = 1;

template <class Value, std::size_t n>
std::optional<Value> valueOf(const std::array<std::pair<std::string_view, Value>, n>& list,
                             std::string_view oid) {
    const auto* found =
        std::find_if(list.begin(), list.end(), [&](const auto& row) { return row.first == oid; });
    if (found == list.end()) return std::nullopt;
    return found->second;
}

constexpr std::array<std::pair<std::string_view, KeyDigest>, 4> kKeyDigests{
    {{oids::kSha1, KeyDigest::sha1},
     {oids::kSha256, KeyDigest::sha256},
     {oids::kSha384, KeyDigest::sha384},
     {oids::kSha512, KeyDigest::sha512}}};

/// dhSinglePass-stdDH and -cofactorDH, which are the same on curves of cofactor 1 (RFC 5753 7.1.4).
constexpr std::array<std::pair<std::string_view, KeyDigest>, 8> kAgreements{
    {{"1.3.133.16.840.63.0.2", KeyDigest::sha1},
     {"1.3.132.1.11.1", KeyDigest::sha256},
     {"1.3.132.1.11.2", KeyDigest::sha384},
     {"1.3.132.1.11.3", KeyDigest::sha512},
     {"1.3.133.16.840.63.0.3", KeyDigest::sha1},
     {"1.3.132.1.14.1", KeyDigest::sha256},
     {"1.3.132.1.14.2", KeyDigest::sha384},
     {"1.3.132.1.14.3", KeyDigest::sha512}}};

/// id-aes128-wrap and its like, and the length of their keys.
constexpr std::array<std::pair<std::string_view, std::size_t>, 3> kWraps{
    {{"2.16.840.1.101.3.4.1.5", 16}, {"2.16.840.1.101.3.4.1.25", 24}, {"2.16.840.1.101.3.4.1.45", 32}}};

KeyTransport transportOf(std::string_view oid) {
    if (oid == oids::kSm2Encrypt || oid == oids::kCurveSm2) return KeyTransport::sm2;
    if (oid == oids::kRsaEncryption) return KeyTransport::rsaPkcs1;
    if (oid == oids::kRsaesOaep) return KeyTransport::rsaOaep;
    return KeyTransport::other;
}

void readIssuerAndSerial(der::Reader& in, Recipient& recipient) {
    der::Reader issuerAndSerial = in.sequence();
    recipient.issuer = toBytes(issuerAndSerial.next().whole);
    recipient.serial = toBytes(issuerAndSerial.next(der::kInteger).whole);
    issuerAndSerial.end();
}

std::optional<KeyDigest> digestIn(der::Reader algorithm) { return valueOf(kKeyDigests, algorithm.oid()); }

/// RSAES-OAEP-params (RFC 8017 A.2.1), where what is left out is SHA-1, MGF1 with SHA-1 and no label. Nothing
/// where something else than these stands.
std::optional<token::OaepCipher> readOaep(der::Reader algorithm) {
    token::OaepCipher out;
    if (algorithm.atEnd()) return out;
    der::Reader parameters = algorithm.sequence();
    if (auto given = parameters.nextIf(der::constructed(0))) {
        const auto digest = digestIn(der::Reader(given->content, kWhat).sequence());
        if (!digest) return std::nullopt;
        out.digest = *digest;
    }
    if (auto given = parameters.nextIf(der::constructed(1))) {
        der::Reader mask = der::Reader(given->content, kWhat).sequence();
        if (mask.oid() != oids::kMgf1) return std::nullopt;
        const auto digest = digestIn(mask.sequence());
        if (!digest) return std::nullopt;
        out.maskDigest = *digest;
    }
    if (auto given = parameters.nextIf(der::constructed(2))) {
        der::Reader source = der::Reader(given->content, kWhat).sequence();
        if (source.oid() != oids::kPSpecified) return std::nullopt;
        out.label = toBytes(source.octetString());
    }
    parameters.end();
    return out;
}

Recipient readKeyTransport(der::Reader info) {
    info.smallInteger();
    Recipient recipient;
    if (const auto identifier = info.nextIf(der::primitive(0))) {
        recipient.keyIdentifier = toBytes(identifier->content);
    } else {
        readIssuerAndSerial(info, recipient);
    }
    der::Reader algorithm = info.sequence();
    recipient.transport = transportOf(algorithm.oid());
    recipient.encryptedKey = toBytes(info.octetString());
    if (recipient.transport == KeyTransport::rsaOaep) {
        if (auto oaep = readOaep(algorithm)) {
            recipient.oaep = *std::move(oaep);
            recipient.oaep.block = recipient.encryptedKey;
        } else {
            recipient.transport = KeyTransport::other;
        }
    }
    info.end();
    return recipient;
}

/// The algorithm of KeyAgreeRecipientInfo into `out`; false where it is not known here.
bool readAgreementAlgorithm(der::Reader algorithm, Agreement& out) {
    const auto digest = valueOf(kAgreements, algorithm.oid());
    if (!digest || algorithm.peek() != der::kSequence) return false;
    const der::Element wrap = algorithm.next(der::kSequence);
    const auto length = valueOf(kWraps, der::Reader(wrap.content, kWhat).oid());
    if (!length) return false;
    out.digest = *digest;
    out.wrapAlgorithm = toBytes(wrap.whole);
    out.wrapKeyLength = *length;
    return true;
}

/// KeyAgreeRecipientInfo (RFC 5652 6.2.2): one agreement, and any number of recipients with keys on its
/// curve.
void readKeyAgreement(der::Reader info, std::vector<Recipient>& out) {
    info.smallInteger();
    Agreement agreement;
    der::Reader originator = info.enter(der::constructed(0));
    const auto key = originator.nextIf(der::constructed(1));
    if (key) {
        der::Reader parts(key->content, kWhat);
        parts.sequence();
        agreement.point = toBytes(parts.bitString());
    }
    if (const auto material = info.nextIf(der::constructed(1)))
        agreement.userKeyingMaterial = toBytes(der::Reader(material->content, kWhat).octetString());
    const bool isKnown = readAgreementAlgorithm(info.sequence(), agreement) && key;
    der::Reader keys = info.sequence();
    while (!keys.atEnd()) {
        if (out.size() == kMaxRecipients) keys.fail("too many recipients");
        der::Reader entry = keys.sequence();
        Recipient recipient;
        if (const auto identifier = entry.nextIf(der::constructed(0))) {
            recipient.keyIdentifier = toBytes(der::Reader(identifier->content, kWhat).octetString());
        } else {
            readIssuerAndSerial(entry, recipient);
        }
        recipient.encryptedKey = toBytes(entry.octetString());
        entry.end();
        recipient.transport = isKnown ? KeyTransport::ecdh : KeyTransport::other;
        recipient.agreement = agreement;
        out.push_back(std::move(recipient));
    }
    info.end();
}

}  // namespace

std::vector<Recipient> readRecipients(ByteView infos) {
    der::Reader set(infos, kWhat);
    std::vector<Recipient> out;
    while (!set.atEnd()) {
        if (out.size() == kMaxRecipients) set.fail("too many recipients");
        const der::Element element = set.next();
        const der::Reader info(element.content, kWhat);
        if (element.tag == der::kSequence) {
            out.push_back(readKeyTransport(info));
        } else if (element.tag == der::constructed(kKeyAgreeRecipientInfo)) {
            readKeyAgreement(info, out);
        }
    }
    return out;
}

bool Recipient::names(const pki::Certificate& certificate) const {
    if (issuer.empty()) {
        return !keyIdentifier.empty() && keyIdentifier == certificate.subjectKeyIdentifier();
    }
    der::Reader own(certificate.serialNumberDer(), kWhat);
    der::Reader named(serial, kWhat);
    return issuer == certificate.issuerDer() && std::ranges::equal(own.fixedInteger(), named.fixedInteger());
}

std::vector<token::Sm2Cipher> Recipient::sm2Ciphers() const {
    std::vector<token::Sm2Cipher> out;
    const auto add = [&](const auto& read) {
        try {
            out.push_back(read());
        } catch (const Error& error) {
            if (error.code() != ErrorCode::badRequest) throw;
        }
    };
    add([&] { return pki::sm2CipherFromDer(encryptedKey); });
    add([&] { return pki::sm2CipherFromRaw(encryptedKey, pki::Sm2CipherOrder::c1c3c2); });
    add([&] { return pki::sm2CipherFromRaw(encryptedKey, pki::Sm2CipherOrder::c1c2c3); });
    return out;
}

Secret Agreement::wrappingKey(ByteView shared) const {
    const std::size_t bits = 8 * wrapKeyLength;
    const Bytes length = der::octetString(
        Bytes{0, 0, static_cast<std::uint8_t>(bits / 256), static_cast<std::uint8_t>(bits % 256)});
    const Bytes material =
        userKeyingMaterial.empty() ? Bytes{} : der::explicitTag(0, der::octetString(userKeyingMaterial));
    // ECC-CMS-SharedInfo (RFC 5753 7.2).
    const Bytes info = der::sequence({wrapAlgorithm, material, der::explicitTag(2, length)});
    return pki::x963Key(digest, shared, info, wrapKeyLength);
}

std::optional<Secret> Recipient::unwrapped(ByteView shared) const {
    return pki::aesUnwrapped(agreement.wrappingKey(shared).view(), encryptedKey);
}

Bytes keyAgreeRecipientInfo(const pki::Certificate& recipient, bool byKeyIdentifier, ByteView contentKey) {
    const token::PublicKey& theirs = *recipient.publicKey();
    const pki::Agreed agreed = pki::agreeWith(theirs);
    // The digest as strong as the curve, and the longest key wrap.
    const auto& [scheme, digest] = kAgreements.at(theirs.algorithm == token::KeyAlgorithm::p384 ? 2 : 1);
    const auto& [wrap, wrapKeyLength] = kWraps.back();
    const Agreement agreement{
        agreed.publicKey.point, digest, {}, der::algorithmIdentifier(wrap), wrapKeyLength};
    const Bytes wrapped = pki::aesWrapped(agreement.wrappingKey(agreed.shared.view()).view(), contentKey);
    const Bytes originatorKey =
        der::tlv(der::constructed(1),
                 der::join({der::algorithmIdentifier(oids::kEcPublicKey), der::bitString(agreement.point)}));
    // RecipientKeyIdentifier is tagged as a whole.
    const Bytes named =
        byKeyIdentifier ? der::tlv(der::constructed(0), der::octetString(recipient.subjectKeyIdentifier()))
                        : der::sequence({recipient.issuerDer(), recipient.serialNumberDer()});
    return der::tlv(der::constructed(kKeyAgreeRecipientInfo),
                    der::join({der::integer(3), der::explicitTag(0, originatorKey),
                               der::algorithmIdentifier(scheme, agreement.wrapAlgorithm),
                               der::sequence({der::sequence({named, der::octetString(wrapped)})})}));
}

}  // namespace ukey::cms
