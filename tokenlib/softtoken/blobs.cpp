#include "tokenlib/softtoken/blobs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "tokenlib/softtoken/limits.hpp"
#include "tokenlib/softtoken/sar.hpp"

namespace ukey::softtoken {
namespace {

constexpr std::size_t kField = 64;
constexpr std::size_t kNumber = 32;
constexpr ULONG kBits = 256;

// A number of 32 octets at the end of its field of 64.
void takeNumber(const BYTE (&field)[kField], std::uint8_t* out) {
    require(std::all_of(field, field + (kField - kNumber), [](BYTE octet) { return octet == 0; }),
            SAR_INDATAERR);
    std::memcpy(out, field + (kField - kNumber), kNumber);
}

void putNumber(const std::uint8_t* number, BYTE (&field)[kField]) {
    std::memset(field, 0, kField - kNumber);
    std::memcpy(field + (kField - kNumber), number, kNumber);
}

}  // namespace

Sm2Public sm2PublicFrom(const ECCPUBLICKEYBLOB* blob) {
    require(blob != nullptr, SAR_INVALIDPARAMERR);
    require(blob->BitLen == kBits, SAR_INDATAERR);
    Sm2Public key{};
    takeNumber(blob->XCoordinate, key.data());
    takeNumber(blob->YCoordinate, key.data() + kNumber);
    require(isSm2Point(key), SAR_INDATAERR);
    return key;
}

ECCPUBLICKEYBLOB blobOf(const Sm2Public& key) {
    ECCPUBLICKEYBLOB blob{};
    blob.BitLen = kBits;
    putNumber(key.data(), blob.XCoordinate);
    putNumber(key.data() + kNumber, blob.YCoordinate);
    return blob;
}

Sm2Private sm2PrivateFrom(const ECCPRIVATEKEYBLOB* blob) {
    require(blob != nullptr, SAR_INVALIDPARAMERR);
    require(blob->BitLen == kBits, SAR_INDATAERR);
    Secret d(kNumber);
    d.resize(kNumber);
    takeNumber(blob->PrivateKey, d.data());
    return Sm2Private::fromScalar(d.view());
}

Sm2Signature signatureFrom(const ECCSIGNATUREBLOB* blob) {
    require(blob != nullptr, SAR_INVALIDPARAMERR);
    Sm2Signature signature{};
    takeNumber(blob->r, signature.data());
    takeNumber(blob->s, signature.data() + kNumber);
    return signature;
}

ECCSIGNATUREBLOB signatureBlobOf(const Sm2Signature& signature) {
    ECCSIGNATUREBLOB blob{};
    putNumber(signature.data(), blob.r);
    putNumber(signature.data() + kNumber, blob.s);
    return blob;
}

Sm2Cipher cipherFrom(const ECCCIPHERBLOB* blob, std::size_t available) {
    require(blob != nullptr, SAR_INVALIDPARAMERR);
    const std::size_t size = blob->CipherLen;
    require(size > 0 && size <= kMaxEccBuffer, SAR_INDATALENERR);
    require(available == 0 || available >= offsetof(ECCCIPHERBLOB, Cipher) + size, SAR_INDATALENERR);
    Sm2Cipher cipher;
    takeNumber(blob->XCoordinate, cipher.point.data());
    takeNumber(blob->YCoordinate, cipher.point.data() + kNumber);
    std::copy(std::begin(blob->HASH), std::end(blob->HASH), cipher.hash.begin());
    // The array is declared with one octet and really is longer.
    const BYTE* octets = reinterpret_cast<const BYTE*>(blob) + offsetof(ECCCIPHERBLOB, Cipher);
    cipher.cipher.assign(octets, octets + size);
    return cipher;
}

std::size_t blobSize(const Sm2Cipher& cipher) noexcept {
    return offsetof(ECCCIPHERBLOB, Cipher) + cipher.cipher.size();
}

void putBlob(const Sm2Cipher& cipher, ECCCIPHERBLOB* out) {
    putNumber(cipher.point.data(), out->XCoordinate);
    putNumber(cipher.point.data() + kNumber, out->YCoordinate);
    std::copy(cipher.hash.begin(), cipher.hash.end(), std::begin(out->HASH));
    out->CipherLen = static_cast<ULONG>(cipher.cipher.size());
    BYTE* octets = reinterpret_cast<BYTE*>(out) + offsetof(ECCCIPHERBLOB, Cipher);
    std::copy(cipher.cipher.begin(), cipher.cipher.end(), octets);
}

RSAPUBLICKEYBLOB rsaBlobOf(const KeyPair& pair) {
    RSAPUBLICKEYBLOB blob{};
    blob.AlgID = SGD_RSA;
    blob.BitLen = MAX_RSA_MODULUS_LEN * 8;
    require(pair.kind == KeyKind::rsa &&
                pair.publicKey.size() == sizeof blob.Modulus + sizeof blob.PublicExponent,
            SAR_KEYINFOTYPEERR);
    std::memcpy(blob.Modulus, pair.publicKey.data(), sizeof blob.Modulus);
    std::memcpy(blob.PublicExponent, pair.publicKey.data() + sizeof blob.Modulus, sizeof blob.PublicExponent);
    return blob;
}

Sm2Public sm2PublicOf(const KeyPair& pair) {
    Sm2Public key{};
    require(pair.kind == KeyKind::sm2 && pair.publicKey.size() == key.size(), SAR_KEYINFOTYPEERR);
    std::copy(pair.publicKey.begin(), pair.publicKey.end(), key.begin());
    return key;
}

}  // namespace ukey::softtoken
