#include "tokenlib/pki/digest.hpp"

#include <gcrypt.h>

#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/gcrypt.hpp"

namespace ukey::pki {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;
using token::PublicKey;

/// a, b, xG, yG of sm2p256v1 (GB/T 32918.5).
constexpr std::string_view kSm2CurveHex =
    "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
    "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";

int gcryptId(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sm3:
            return GCRY_MD_SM3;
        case DigestAlgorithm::sha256:
            return GCRY_MD_SHA256;
        case DigestAlgorithm::sha384:
            return GCRY_MD_SHA384;
        case DigestAlgorithm::sha512:
            return GCRY_MD_SHA512;
    }
    throw Error(ErrorCode::internal, "digest algorithm out of range");
}

gcry_md_hd_t handleOf(void* handle) { return static_cast<gcry_md_hd_t>(handle); }

}  // namespace

void useGcrypt() {
    static const bool started = [] {
        if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P) != 0) return true;
        if (gcry_check_version("1.9.0") == nullptr) return false;
        gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
        return true;
    }();
    if (!started) throw Error(ErrorCode::internal, "libgcrypt is too old");
}

Bytes sha1(ByteView bytes) {
    useGcrypt();
    Bytes value(gcry_md_get_algo_dlen(GCRY_MD_SHA1));
    gcry_md_hash_buffer(GCRY_MD_SHA1, value.data(), bytes.data(), bytes.size());
    return value;
}

Digest::Digest(DigestAlgorithm algorithm) : length_(token::digestLength(algorithm)) {
    useGcrypt();
    gcry_md_hd_t handle = nullptr;
    if (gcry_md_open(&handle, gcryptId(algorithm), 0) != 0) {
        throw Error(ErrorCode::unsupported, "digest: " + std::string(token::toString(algorithm)));
    }
    handle_ = handle;
}

Digest::Digest(Digest&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), length_(other.length_) {}

Digest& Digest::operator=(Digest&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(length_, other.length_);
    return *this;
}

Digest::~Digest() { gcry_md_close(handleOf(handle_)); }

Digest& Digest::update(ByteView bytes) {
    gcry_md_write(handleOf(handle_), bytes.data(), bytes.size());
    return *this;
}

Bytes Digest::finish() {
    const unsigned char* value = gcry_md_read(handleOf(handle_), 0);
    if (value == nullptr) throw Error(ErrorCode::internal, "digest: no value");
    return {value, value + length_};
}

Bytes digest(DigestAlgorithm algorithm, ByteView bytes) {
    useGcrypt();
    const int id = gcryptId(algorithm);
    if (gcry_md_test_algo(id) != 0) {
        throw Error(ErrorCode::unsupported, "digest: " + std::string(token::toString(algorithm)));
    }
    Bytes value(token::digestLength(algorithm));
    gcry_md_hash_buffer(id, value.data(), bytes.data(), bytes.size());
    return value;
}

Bytes sm2Z(const PublicKey& key, std::string_view userId) {
    if (key.algorithm != KeyAlgorithm::sm2 || key.point.size() != 65 || key.point.front() != 4) {
        throw Error(ErrorCode::badRequest, "Z: not an SM2 key");
    }
    // ENTL counts bits in two octets.
    if (userId.size() > 8191) throw Error(ErrorCode::badRequest, "Z: user identity is too long");
    static const Bytes curve = *fromHex(kSm2CurveHex);
    const std::size_t bits = userId.size() * 8;
    const Bytes entl{static_cast<std::uint8_t>(bits >> 8U), static_cast<std::uint8_t>(bits)};
    return digest(DigestAlgorithm::sm3,
                  der::join({entl, asBytes(userId), curve, ByteView(key.point).subspan(1)}));
}

Digest sm2Digest(const PublicKey& key, std::string_view userId) {
    Digest digest(DigestAlgorithm::sm3);
    digest.update(sm2Z(key, userId));
    return digest;
}

Digest messageDigest(const PublicKey& key, DigestAlgorithm algorithm) {
    if (!goesWith(algorithm, key.algorithm)) {
        throw Error(ErrorCode::badRequest, std::string(token::toString(algorithm)) + " does not go with " +
                                               std::string(token::toString(key.algorithm)));
    }
    return key.algorithm == KeyAlgorithm::sm2 ? sm2Digest(key) : Digest(algorithm);
}

Bytes messageDigest(const PublicKey& key, DigestAlgorithm algorithm, ByteView message) {
    return messageDigest(key, algorithm).update(message).finish();
}

DigestAlgorithm defaultDigest(KeyAlgorithm algorithm) noexcept {
    switch (algorithm) {
        case KeyAlgorithm::sm2:
            return DigestAlgorithm::sm3;
        case KeyAlgorithm::p384:
            return DigestAlgorithm::sha384;
        default:
            return DigestAlgorithm::sha256;
    }
}

bool goesWith(DigestAlgorithm digest, KeyAlgorithm key) noexcept {
    return (digest == DigestAlgorithm::sm3) == (key == KeyAlgorithm::sm2);
}

}  // namespace ukey::pki
