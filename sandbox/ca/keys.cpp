#include "sandbox/ca/keys.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>

#include "tokenlib/base/error.hpp"

namespace ukey::ca {
namespace {

using token::KeyAlgorithm;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;

KeyPtr keyFromParams(const char* type, OSSL_PARAM* params) {
    const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        ERR_clear_error();
        throw Error(ErrorCode::badRequest, "these numbers are not a public key");
    }
    return KeyPtr(key);
}

KeyPtr ecKey(const char* type, const char* group, const Bytes& point) {
    const ParamBuilderPtr builder(requirePointer(OSSL_PARAM_BLD_new(), "building a key"));
    require(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
                OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                                 point.size()) == 1,
            "building a key");
    const ParamsPtr params(requirePointer(OSSL_PARAM_BLD_to_param(builder.get()), "building a key"));
    return keyFromParams(type, params.get());
}

KeyPtr rsaKey(const Bytes& modulus, const Bytes& exponent) {
    const BignumPtr n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
    const BignumPtr e(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
    const ParamBuilderPtr builder(requirePointer(OSSL_PARAM_BLD_new(), "building a key"));
    require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
                OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1,
            "building a key");
    const ParamsPtr params(requirePointer(OSSL_PARAM_BLD_to_param(builder.get()), "building a key"));
    return keyFromParams("RSA", params.get());
}

Bytes numberOf(const EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    require(EVP_PKEY_get_bn_param(key, name, &number) == 1, "reading a key");
    const BignumPtr owner(number);
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
    BN_bn2bin(number, bytes.data());
    return bytes;
}

Bytes pointOf(const EVP_PKEY* key) {
    std::array<std::uint8_t, 256> point{};
    std::size_t length = 0;
    require(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                            &length) == 1,
            "reading a key");
    return {point.begin(), point.begin() + static_cast<std::ptrdiff_t>(length)};
}

BioPtr memoryBio() { return BioPtr(requirePointer(BIO_new(BIO_s_mem()), "memory")); }
BioPtr readBio(const std::string& text) {
    return BioPtr(requirePointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), "memory"));
}

}  // namespace

void failOpenssl(const char* doing) {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    throw Error(ErrorCode::internal, std::string(doing) + ": " + text.data());
}

std::string takeText(BIO* bio) {
    const char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return length > 0 ? std::string(data, static_cast<std::size_t>(length)) : std::string();
}

KeyPtr generateKey(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::sm2:
            return KeyPtr(requirePointer(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"), "making a key"));
        case KeyAlgorithm::p256:
            return KeyPtr(requirePointer(EVP_EC_gen("P-256"), "making a key"));
        case KeyAlgorithm::p384:
            return KeyPtr(requirePointer(EVP_EC_gen("P-384"), "making a key"));
        case KeyAlgorithm::rsa2048:
            return KeyPtr(requirePointer(EVP_RSA_gen(2048), "making a key"));
        case KeyAlgorithm::rsa3072:
            return KeyPtr(requirePointer(EVP_RSA_gen(3072), "making a key"));
        case KeyAlgorithm::rsa4096:
            return KeyPtr(requirePointer(EVP_RSA_gen(4096), "making a key"));
    }
    throw Error(ErrorCode::unsupported, "unknown key algorithm");
}

KeyAlgorithm algorithmOf(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "SM2") == 1) return KeyAlgorithm::sm2;
    const int bits = EVP_PKEY_get_bits(key);
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        if (bits == 2048) return KeyAlgorithm::rsa2048;
        if (bits == 3072) return KeyAlgorithm::rsa3072;
        if (bits == 4096) return KeyAlgorithm::rsa4096;
    }
    if (EVP_PKEY_is_a(key, "EC") == 1) {
        std::array<char, 64> group{};
        EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr);
        if (std::string_view(group.data()) == SN_X9_62_prime256v1) return KeyAlgorithm::p256;
        if (std::string_view(group.data()) == SN_secp384r1) return KeyAlgorithm::p384;
    }
    throw Error(ErrorCode::unsupported, "keys of this kind are not certified");
}

token::PublicKey toPublicKey(const EVP_PKEY* key) {
    token::PublicKey result;
    result.algorithm = algorithmOf(key);
    if (token::isRsa(result.algorithm)) {
        result.modulus = numberOf(key, OSSL_PKEY_PARAM_RSA_N);
        result.exponent = numberOf(key, OSSL_PKEY_PARAM_RSA_E);
    } else {
        result.point = pointOf(key);
    }
    return result;
}

KeyPtr fromPublicKey(const token::PublicKey& key) {
    switch (key.algorithm) {
        case KeyAlgorithm::sm2:
            return ecKey("SM2", "SM2", key.point);
        case KeyAlgorithm::p256:
            return ecKey("EC", "P-256", key.point);
        case KeyAlgorithm::p384:
            return ecKey("EC", "P-384", key.point);
        case KeyAlgorithm::rsa2048:
        case KeyAlgorithm::rsa3072:
        case KeyAlgorithm::rsa4096:
            return rsaKey(key.modulus, key.exponent);
    }
    throw Error(ErrorCode::unsupported, "unknown key algorithm");
}

std::string keyDigestOf(EVP_PKEY* key) {
    const auto spki = toDer(i2d_PUBKEY, key);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    require(EVP_Digest(spki.data(), spki.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1,
            "a digest");
    return toHex({digest.data(), length});
}

std::string privateKeyToPem(EVP_PKEY* key) {
    const auto out = memoryBio();
    require(PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "writing a key");
    return takeText(out.get());
}

KeyPtr privateKeyFromPem(const std::string& pem) {
    return KeyPtr(requirePointer(PEM_read_bio_PrivateKey(readBio(pem).get(), nullptr, nullptr, nullptr),
                                 "reading a private key"));
}

std::string toPem(X509* certificate) {
    const auto out = memoryBio();
    require(PEM_write_bio_X509(out.get(), certificate) == 1, "writing a certificate");
    return takeText(out.get());
}

CertificatePtr certificateFromPem(const std::string& pem) {
    return CertificatePtr(requirePointer(PEM_read_bio_X509(readBio(pem).get(), nullptr, nullptr, nullptr),
                                         "reading a certificate"));
}

CertificatePtr certificateFromDer(ByteView der) {
    const unsigned char* cursor = der.data();
    return CertificatePtr(
        requirePointer(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())), "reading a certificate"));
}

Bytes randomBytes(std::size_t length) {
    Bytes bytes(length);
    require(RAND_bytes(bytes.data(), static_cast<int>(length)) == 1, "random numbers");
    return bytes;
}

}  // namespace ukey::ca
