#include "tokenlib/pki/enveloped_key.hpp"

#include <algorithm>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/oids.hpp"
#include "tokenlib/pki/public_key.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/token/gmt0006.hpp"
#include "tokenlib/token/key_forms.hpp"

namespace ukey::pki {
namespace {

using token::EnvelopedSm2Key;
using token::kSgdSm1Ecb;
using token::kSgdSm4Ecb;
using token::kSgdSsf33Ecb;

constexpr std::size_t kHalf = 32;
constexpr std::size_t kField = 64;
constexpr std::size_t kSymmetricKey = 16;

[[noreturn]] void fail(const std::string& why) {
    throw Error(ErrorCode::badRequest, "enveloped key: " + why);
}

bool isZero(ByteView octets) {
    return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; });
}

/// What an encoder left out at the end of a BIT STRING because it was zero. More than four octets are missing
/// but once in four thousand million keys.
Bytes filledUp(Bytes octets, std::size_t length) {
    constexpr std::size_t maxMissing = 4;
    if (octets.size() < length && octets.size() + maxMissing >= length) octets.resize(length, 0);
    return octets;
}

Bytes readPoint(der::Reader& from) {
    Bytes octets = from.shortenedBitString();
    if (!octets.empty() && octets[0] == 4) octets = filledUp(std::move(octets), 1 + kField);
    return fromPoint(token::KeyAlgorithm::sm2, octets).point;
}

Bytes readPrivateKey(der::Reader& from) {
    return token::alignedPrivateKey(filledUp(filledUp(from.shortenedBitString(), kHalf), kField));
}

/// Checks what all three have in common; what comes out is fit for a driver.
EnvelopedSm2Key checked(EnvelopedSm2Key key) {
    token::PublicKey publicKey;
    publicKey.point = key.publicKey;
    if (!isValid(publicKey)) fail("public key is not on the curve");
    token::PublicKey ephemeral;
    ephemeral.point = der::join({Bytes{4}, key.wrappedKey.x, key.wrappedKey.y});
    if (!isValid(ephemeral)) fail("point of the wrapped key is not on the curve");
    if (key.wrappedKey.hash.size() != 32 || key.wrappedKey.cipher.size() != kSymmetricKey) {
        fail("wrapped key is not one of 16 octets");
    }
    return key;
}

/// An AlgorithmIdentifier; some senders write the bare OID in its place.
std::uint32_t readCipher(der::Reader& from) {
    std::string oid;
    if (from.peek() == der::kOid) {
        oid = from.oid();
    } else {
        der::Reader algorithm = from.sequence();
        oid = algorithm.oid();
        algorithm.nextIf(der::kNull);
        if (!algorithm.atEnd()) {
            throw Error(ErrorCode::unsupported, "enveloped key: cipher " + oid + " with parameters");
        }
    }
    // Bare cipher OIDs mean ECB here; the mode ECB is arc 1 below each.
    if (oid == oids::kSm4 || oid == oids::kSm4Ecb) return kSgdSm4Ecb;
    if (oid == oids::kSm1 || oid == std::string(oids::kSm1) + ".1") return kSgdSm1Ecb;
    if (oid == oids::kSsf33 || oid == std::string(oids::kSsf33) + ".1") return kSgdSsf33Ecb;
    throw Error(ErrorCode::unsupported, "enveloped key: cipher " + oid);
}

std::uint32_t littleEndian(ByteView blob, std::size_t offset) {
    return static_cast<std::uint32_t>(blob[offset]) | static_cast<std::uint32_t>(blob[offset + 1]) << 8U |
           static_cast<std::uint32_t>(blob[offset + 2]) << 16U |
           static_cast<std::uint32_t>(blob[offset + 3]) << 24U;
}

/// A 256-bit number in a 64-octet field.
ByteView numberOf(ByteView field) {
    if (isZero(field.first(kHalf))) return field.subspan(kHalf);
    if (isZero(field.subspan(kHalf))) return field.first(kHalf);
    fail("coordinate is longer than 256 bits");
}

struct Recipient {
    ByteView issuer;  ///< DER Name; empty when the recipient is named by a key identifier.
    ByteView serial;  ///< DER INTEGER.
    ByteView keyIdentifier;
    ByteView encryptedKey;
};

Recipient readRecipient(der::Reader info) {
    info.unsignedInteger();
    Recipient recipient;
    if (const auto identifier = info.nextIf(der::primitive(0))) {
        recipient.keyIdentifier = identifier->content;
    } else {
        der::Reader issuerAndSerial = info.sequence();
        // Key centres have been seen to leave the name out, with two zero octets in its place.
        recipient.issuer = issuerAndSerial.next().whole;
        recipient.serial = issuerAndSerial.next(der::kInteger).whole;
        issuerAndSerial.end();
    }
    der::Reader algorithm = info.sequence();
    const std::string oid = algorithm.oid();
    if (oid != oids::kSm2Encrypt && oid != oids::kCurveSm2) {
        throw Error(ErrorCode::unsupported, "enveloped key: key encryption " + oid);
    }
    recipient.encryptedKey = info.octetString();
    info.end();
    return recipient;
}

bool names(const Recipient& recipient, const Certificate& certificate) {
    if (!recipient.issuer.empty()) {
        return std::ranges::equal(recipient.issuer, certificate.issuerDer()) &&
               std::ranges::equal(recipient.serial, certificate.serialNumberDer());
    }
    return !recipient.keyIdentifier.empty() &&
           std::ranges::equal(recipient.keyIdentifier, certificate.subjectKeyIdentifier());
}

Recipient pickRecipient(der::Reader recipients, const Certificate* certificate) {
    std::vector<Recipient> all;
    while (!recipients.atEnd()) {
        if (all.size() == 16) fail("too many recipients");
        all.push_back(readRecipient(recipients.sequence()));
    }
    if (all.size() == 1) return all.front();
    const auto match = std::find_if(all.begin(), all.end(), [&](const Recipient& recipient) {
        return certificate != nullptr && names(recipient, *certificate);
    });
    if (match == all.end()) fail("no recipient, or several and none of them known");
    return *match;
}

/// [0] IMPLICIT OCTET STRING, whole or (from BER) in pieces.
Bytes readEncryptedContent(der::Reader& info) {
    if (const auto whole = info.nextIf(der::primitive(0))) return toBytes(whole->content);
    der::Reader pieces = info.enter(der::constructed(0));
    Bytes content;
    while (!pieces.atEnd()) {
        const ByteView piece = pieces.octetString();
        content.insert(content.end(), piece.begin(), piece.end());
    }
    return content;
}

}  // namespace

EnvelopedSm2Key fromSm2EnvelopedKey(ByteView encoded) {
    const Bytes normal = der::fromBer(encoded, "SM2EnvelopedKey");
    der::Reader outer(normal, "SM2EnvelopedKey");
    der::Reader parts = outer.sequence();
    outer.end();
    EnvelopedSm2Key key;
    key.symmetricAlgorithm = readCipher(parts);
    key.wrappedKey = sm2CipherFromDer(parts.next(der::kSequence).whole);
    key.publicKey = readPoint(parts);
    key.encryptedPrivateKey = readPrivateKey(parts);
    parts.end();
    return checked(std::move(key));
}

EnvelopedSm2Key fromSkfEnvelopedKeyBlob(ByteView blob) {
    // Every field before the last has a length that is a multiple of four: packed and natural layouts agree.
    constexpr std::size_t kPrivateKey = 12;
    constexpr std::size_t kBits = 76;
    constexpr std::size_t kX = 80;
    constexpr std::size_t kCipherX = 208;
    constexpr std::size_t kHash = 336;
    constexpr std::size_t kCipherLength = 368;
    constexpr std::size_t kCipher = 372;
    constexpr std::size_t kMaxSlack = 64;
    if (blob.size() < kCipher + kSymmetricKey || blob.size() > kCipher + kSymmetricKey + kMaxSlack) {
        fail("blob of a wrong length");
    }
    if (littleEndian(blob, 0) != 1) fail("blob is not of version 1");
    if (littleEndian(blob, 8) != 256 || littleEndian(blob, kBits) != 256) fail("key is not of 256 bits");
    if (littleEndian(blob, kCipherLength) != kSymmetricKey) fail("wrapped key is not one of 16 octets");
    EnvelopedSm2Key key;
    key.symmetricAlgorithm = littleEndian(blob, 4);
    if (key.symmetricAlgorithm != kSgdSm4Ecb && key.symmetricAlgorithm != kSgdSm1Ecb &&
        key.symmetricAlgorithm != kSgdSsf33Ecb) {
        throw Error(ErrorCode::unsupported,
                    "enveloped key: algorithm of the blob is not SM4, SM1 or SSF33 "
                    "in ECB mode");
    }
    key.encryptedPrivateKey = token::alignedPrivateKey(blob.subspan(kPrivateKey, kField));
    key.publicKey = der::join(
        {Bytes{4}, numberOf(blob.subspan(kX, kField)), numberOf(blob.subspan(kX + kField, kField))});
    key.wrappedKey.x = toBytes(numberOf(blob.subspan(kCipherX, kField)));
    key.wrappedKey.y = toBytes(numberOf(blob.subspan(kCipherX + kField, kField)));
    key.wrappedKey.hash = toBytes(blob.subspan(kHash, 32));
    key.wrappedKey.cipher = toBytes(blob.subspan(kCipher, kSymmetricKey));
    return checked(std::move(key));
}

EnvelopedSm2Key fromSignedAndEnvelopedData(ByteView encoded, const token::PublicKey& encryptionKey,
                                           const Certificate* recipient) {
    const Bytes normal = der::fromBer(encoded, "SignedAndEnvelopedData");
    der::Reader outer(normal, "SignedAndEnvelopedData");
    der::Reader info = outer.sequence();
    const std::string type = info.oid();
    if (type != std::string(oids::kGmMessages) + "4" && type != std::string(oids::kPkcs7Messages) + "4") {
        fail("a message that is no SignedAndEnvelopedData");
    }
    der::Reader content = info.enter(der::constructed(0));
    info.end();
    der::Reader message = content.sequence();
    content.end();
    message.unsignedInteger();
    const Recipient chosen = pickRecipient(message.set(), recipient);
    message.next(der::kSet);
    der::Reader encrypted = message.sequence();
    encrypted.oid();
    EnvelopedSm2Key key;
    key.symmetricAlgorithm = readCipher(encrypted);
    key.encryptedPrivateKey = token::alignedPrivateKey(readEncryptedContent(encrypted));
    encrypted.end();
    key.wrappedKey = sm2CipherFromDer(chosen.encryptedKey);
    if (encryptionKey.algorithm != token::KeyAlgorithm::sm2)
        fail("the encryption certificate is not for SM2");
    key.publicKey = encryptionKey.point;
    return checked(std::move(key));
}

}  // namespace ukey::pki
