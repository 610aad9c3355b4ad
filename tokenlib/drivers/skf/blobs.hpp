// The structures of one ABI, to and from plain octets.
#pragma once

#include <algorithm>
#include <utility>

#include "tokenlib/drivers/skf/api.hpp"
#include "tokenlib/drivers/skf/calls.hpp"

namespace ukey::skf {

template <class Abi>
class Blobs {
    using Ulong = typename Abi::Ulong;
    using EccPublicKey = typename Abi::Structures::EccPublicKey;
    using EccCipher = typename Abi::Structures::EccCipher;
    using EnvelopedKey = typename Abi::Structures::EnvelopedKey;

  public:
    static constexpr std::size_t kSm2Octets = 32;
    static constexpr std::size_t kSm2Bits = 256;

    explicit Blobs(NumberAlignment alignment)
        : learnsPlacement_(alignment == NumberAlignment::automatic),
          placement_(alignment == NumberAlignment::left ? Placement::left : Placement::right) {}

    /// The ULONG at the place `index` of a blob's head.
    static std::size_t fieldAt(ByteView blob, std::size_t index) {
        Ulong value = 0;
        std::memcpy(&value, blob.data() + index * sizeof(Ulong), sizeof value);
        return static_cast<std::size_t>(value);
    }

    /// A 256-bit number; learns where this library puts them.
    Bytes number(ByteView field) {
        PlacedNumber placed = placedNumber(field, kSm2Octets);
        if (learnsPlacement_) placement_ = placed.placement;
        return std::move(placed.value);
    }

    /// Of at least sizeof(ECCPUBLICKEYBLOB) octets.
    token::PublicKey eccKey(ByteView blob) {
        EccPublicKey raw;
        std::memcpy(&raw, blob.data(), sizeof raw);
        if (Ulong(raw.bitLength) != kSm2Bits) throw nonsense("an SM2 key has not 256 bits");
        token::PublicKey key;
        key.algorithm = token::KeyAlgorithm::sm2;
        key.point = {0x04};
        for (const auto& field : {ByteView(raw.x), ByteView(raw.y)}) {
            const Bytes coordinate = number(field);
            key.point.insert(key.point.end(), coordinate.begin(), coordinate.end());
        }
        return key;
    }

    /// Nothing for sizes that are not offered.
    static std::optional<token::PublicKey> rsaKey(ByteView blob) {
        constexpr std::size_t kHead = 2 * sizeof(Ulong);
        constexpr std::size_t kMinBits = 512;
        constexpr std::size_t kMaxBits = 8 * kBigRsaField;
        const std::size_t bits = fieldAt(blob, 1);
        if (bits < kMinBits || bits > kMaxBits || bits % 8 != 0)
            throw nonsense("an RSA key has a size that cannot be");
        const std::size_t field = bits <= 8 * kRsaField ? kRsaField : kBigRsaField;
        if (blob.size() < kHead + field + kExponentField)
            throw nonsense("SKF_ExportPublicKey gave a short key");
        const auto algorithm = token::rsaOfLength(bits / 8);
        if (!algorithm) return std::nullopt;
        token::PublicKey key;
        key.algorithm = *algorithm;
        key.modulus = placedNumber(blob.subspan(kHead, field), bits / 8).value;
        key.exponent = exponentOf(blob.subspan(kHead + field, kExponentField));
        if (key.modulus.front() < 0x80 || key.modulus.back() % 2 == 0)
            throw nonsense("an RSA key is no RSA key");
        return key;
    }

    /// ECCCIPHERBLOB.
    Bytes cipherBlob(const token::Sm2Cipher& cipher) const {
        constexpr std::size_t kCipherAt = offsetof(EccCipher, cipher);
        EccCipher head{};
        fillCipher(cipher, head);
        Bytes blob(kCipherAt + cipher.cipher.size() + kSlack);
        std::memcpy(blob.data(), &head, kCipherAt);
        std::copy(cipher.cipher.begin(), cipher.cipher.end(), blob.data() + kCipherAt);
        return blob;
    }

    /// X || Y || C3 || C2.
    static Bytes concatenated(const token::Sm2Cipher& cipher) {
        Bytes all;
        for (const Bytes* part : {&cipher.x, &cipher.y, &cipher.hash, &cipher.cipher}) {
            all.insert(all.end(), part->begin(), part->end());
        }
        return all;
    }

    /// ENVELOPEDKEYBLOB; the parts have their right lengths.
    Bytes envelope(const token::EnvelopedSm2Key& key) const {
        constexpr std::size_t kCipherAt = offsetof(EnvelopedKey, wrappedKey) + offsetof(EccCipher, cipher);
        const ByteView point(key.publicKey);
        EnvelopedKey blob{};
        blob.version = 1;
        blob.symmetricAlgorithm = static_cast<Ulong>(key.symmetricAlgorithm);
        blob.bits = static_cast<Ulong>(kSm2Bits);
        std::copy(key.encryptedPrivateKey.begin(), key.encryptedPrivateKey.end(), blob.encryptedPrivateKey);
        if (placement_ == Placement::left) {
            // The number's half first; in ECB mode each half is for itself.
            std::rotate(std::begin(blob.encryptedPrivateKey),
                        std::begin(blob.encryptedPrivateKey) + kSm2Octets,
                        std::end(blob.encryptedPrivateKey));
        }
        blob.publicKey.bitLength = static_cast<Ulong>(kSm2Bits);
        placeNumber(point.subspan(1, kSm2Octets), placement_, blob.publicKey.x);
        placeNumber(point.subspan(1 + kSm2Octets), placement_, blob.publicKey.y);
        fillCipher(key.wrappedKey, blob.wrappedKey);
        Bytes buffer(kCipherAt + key.wrappedKey.cipher.size() + kSlack);
        std::memcpy(buffer.data(), &blob, kCipherAt);
        std::copy(key.wrappedKey.cipher.begin(), key.wrappedKey.cipher.end(), buffer.data() + kCipherAt);
        return buffer;
    }

  private:
    void fillCipher(const token::Sm2Cipher& cipher, EccCipher& blob) const {
        placeNumber(cipher.x, placement_, blob.x);
        placeNumber(cipher.y, placement_, blob.y);
        std::copy(cipher.hash.begin(), cipher.hash.end(), blob.hash);
        blob.cipherLength = static_cast<Ulong>(cipher.cipher.size());
    }

    bool learnsPlacement_;
    Placement placement_;
};

}  // namespace ukey::skf
