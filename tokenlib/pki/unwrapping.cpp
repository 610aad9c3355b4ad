#include "tokenlib/pki/unwrapping.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <array>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/ec_scalar.hpp"
#include "tokenlib/pki/openssl_handles.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

using KdfHandle = std::unique_ptr<EVP_KDF, Freer<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Freer<EVP_KDF_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

constexpr std::size_t kWrapBlock = 8;

const EVP_MD* digestOf(token::KeyDigest digest) {
    switch (digest) {
        case token::KeyDigest::sha1:
            return EVP_sha1();
        case token::KeyDigest::sha256:
            return EVP_sha256();
        case token::KeyDigest::sha384:
            return EVP_sha384();
        case token::KeyDigest::sha512:
            break;
    }
    return EVP_sha512();
}

std::size_t lengthOf(token::KeyDigest digest) {
    return static_cast<std::size_t>(EVP_MD_get_size(digestOf(digest)));
}

/// Of both inputs, one after the other.
void hash(token::KeyDigest digest, ByteView first, ByteView second, std::uint8_t* out) {
    const DigestContext context(EVP_MD_CTX_new());
    if (!context || EVP_DigestInit_ex2(context.get(), digestOf(digest), nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), first.data(), first.size()) != 1 ||
        EVP_DigestUpdate(context.get(), second.data(), second.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), out, nullptr) != 1) {
        throw Error(ErrorCode::internal, "digest: " + opensslError());
    }
}

/// MGF1 (RFC 8017 B.2.1), applied to what it masks.
void unmask(token::KeyDigest digest, ByteView seed, std::span<std::uint8_t> masked) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> piece{};
    const std::size_t length = lengthOf(digest);
    for (std::size_t at = 0, count = 0; at < masked.size(); at += length, ++count) {
        const std::array<std::uint8_t, 4> counter{
            static_cast<std::uint8_t>(count >> 24U), static_cast<std::uint8_t>(count >> 16U),
            static_cast<std::uint8_t>(count >> 8U), static_cast<std::uint8_t>(count)};
        hash(digest, seed, counter, piece.data());
        for (std::size_t i = 0; i < std::min(length, masked.size() - at); ++i) masked[at + i] ^= piece[i];
    }
    wipe(std::span(piece));
}

/// All ones when a == 0.
std::uint32_t zeroMask(std::uint32_t a) { return 0U - ((~a & (a - 1)) >> 31U); }

const EVP_CIPHER* wrapOf(std::size_t keyLength) {
    switch (keyLength) {
        case 16:
            return EVP_aes_128_wrap();
        case 24:
            return EVP_aes_192_wrap();
        case 32:
            return EVP_aes_256_wrap();
        default:
            throw Error(ErrorCode::internal, "key wrap: no such length of a key");
    }
}

}  // namespace

std::optional<Secret> withoutOaepPadding(ByteView block, const token::OaepCipher& cipher) {
    useOpenSsl();
    const std::size_t length = lengthOf(cipher.digest);
    if (block.size() < 2 * length + 2) return std::nullopt;
    Secret opened = Secret::copyOf(block);
    const std::span whole(opened.data(), opened.size());
    const auto seed = whole.subspan(1, length);
    const auto data = whole.subspan(1 + length);
    unmask(cipher.maskDigest, data, seed);
    unmask(cipher.maskDigest, seed, data);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> label{};
    hash(cipher.digest, cipher.label, {}, label.data());

    // Which of the three is wrong must not show: it would decrypt the block for who may ask often enough.
    std::uint32_t good = zeroMask(whole[0]);
    good &= zeroMask(static_cast<std::uint32_t>(CRYPTO_memcmp(data.data(), label.data(), length)));
    std::uint32_t found = 0;
    std::uint32_t start = 0;
    for (std::size_t i = length; i < data.size(); ++i) {
        const std::uint32_t isOne = zeroMask(data[i] ^ 1U);
        const std::uint32_t here = isOne & ~found;
        start |= here & static_cast<std::uint32_t>(i + 1);
        good &= found | isOne | zeroMask(data[i]);
        found |= here;
    }
    good &= found;
    if (good == 0) return std::nullopt;
    return Secret::copyOf(data.subspan(start));
}

Secret x963Key(token::KeyDigest digest, ByteView shared, ByteView info, std::size_t length) {
    useOpenSsl();
    const KdfHandle kdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_X963KDF, nullptr));
    const KdfContext context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
    Bytes secret = toBytes(shared);
    Bytes told = toBytes(info);
    std::string name = EVP_MD_get0_name(digestOf(digest));
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, told.data(), told.size()),
        OSSL_PARAM_construct_end()};
    Secret key(length);
    key.resize(length);
    const bool isMade = context && EVP_KDF_derive(context.get(), key.data(), length, parameters.data()) == 1;
    wipe(std::span(secret));
    if (!isMade) throw Error(ErrorCode::internal, "key derivation: " + opensslError());
    return key;
}

Agreed agreeWith(const token::PublicKey& theirs) {
    const PkeyHandle peer = token::isNistCurve(theirs.algorithm) ? toPkey(theirs) : nullptr;
    if (!peer) throw Error(ErrorCode::badRequest, "key agreement: the key is on no curve for it");
    const Secret scalar = generateScalar(theirs.algorithm);
    std::size_t length = coordinateLength(theirs.algorithm);
    Agreed out{publicKeyOf(theirs.algorithm, scalar.view()), Secret(length)};
    out.shared.resize(length);
    const PkeyHandle own = toPrivatePkey(out.publicKey, scalar.view());
    const PkeyContext context(EVP_PKEY_CTX_new(own.get(), nullptr));
    if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
        EVP_PKEY_derive(context.get(), out.shared.data(), &length) != 1) {
        throw Error(ErrorCode::internal, "key agreement: " + opensslError());
    }
    return out;
}

Bytes aesWrapped(ByteView key, ByteView plain) {
    useOpenSsl();
    const CipherContext context(EVP_CIPHER_CTX_new());
    Bytes wrapped(plain.size() + kWrapBlock);
    int length = 0;
    if (!context) throw Error(ErrorCode::internal, "out of memory");
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (EVP_EncryptInit_ex2(context.get(), wrapOf(key.size()), key.data(), nullptr, nullptr) != 1 ||
        EVP_EncryptUpdate(context.get(), wrapped.data(), &length, plain.data(),
                          static_cast<int>(plain.size())) != 1 ||
        static_cast<std::size_t>(length) != wrapped.size()) {
        throw Error(ErrorCode::internal, "key wrap: " + opensslError());
    }
    return wrapped;
}

std::optional<Secret> aesUnwrapped(ByteView key, ByteView wrapped) {
    useOpenSsl();
    if (wrapped.size() < 3 * kWrapBlock || wrapped.size() % kWrapBlock != 0) return std::nullopt;
    const CipherContext context(EVP_CIPHER_CTX_new());
    Secret plain(wrapped.size());
    plain.resize(wrapped.size());
    int length = 0;
    if (!context) throw Error(ErrorCode::internal, "out of memory");
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (EVP_DecryptInit_ex2(context.get(), wrapOf(key.size()), key.data(), nullptr, nullptr) != 1) {
        throw Error(ErrorCode::internal, "key wrap: " + opensslError());
    }
    const bool isOpened = EVP_DecryptUpdate(context.get(), plain.data(), &length, wrapped.data(),
                                            static_cast<int>(wrapped.size())) == 1;
    ERR_clear_error();
    if (!isOpened || length <= 0) return std::nullopt;
    plain.resize(static_cast<std::size_t>(length));
    return plain;
}

}  // namespace ukey::pki
