#include "tokenlib/pki/sm2_key.hpp"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/openssl_handles.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kScalar = 32;

using GroupHandle = std::unique_ptr<EC_GROUP, Freer<EC_GROUP_free>>;
using PointHandle = std::unique_ptr<EC_POINT, Freer<EC_POINT_clear_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;

/// In memory that OpenSSL wipes, also in the copies that it makes.
BignumHandle secretNumber(ByteView octets) {
    BignumHandle number(BN_secure_new());
    if (!number || BN_bin2bn(octets.data(), static_cast<int>(octets.size()), number.get()) == nullptr) {
        throw Error(ErrorCode::internal, "out of memory");
    }
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    return number;
}

/// d times the base point.
Bytes pointOf(const BIGNUM* scalar) {
    const GroupHandle group(EC_GROUP_new_by_curve_name(NID_sm2));
    if (!group) throw Error(ErrorCode::internal, "SM2: " + opensslError());
    if (BN_is_zero(scalar) != 0 || BN_cmp(scalar, EC_GROUP_get0_order(group.get())) >= 0) {
        throw Error(ErrorCode::badRequest, "SM2 private key: out of range");
    }
    const PointHandle point(EC_POINT_new(group.get()));
    Bytes encoded(65);
    if (!point || EC_POINT_mul(group.get(), point.get(), scalar, nullptr, nullptr, nullptr) != 1 ||
        EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(),
                           encoded.size(), nullptr) != encoded.size()) {
        throw Error(ErrorCode::internal, "SM2: " + opensslError());
    }
    return encoded;
}

}  // namespace

Sm2PrivateKey Sm2PrivateKey::generate() {
    useOpenSsl();
    const GroupHandle group(EC_GROUP_new_by_curve_name(NID_sm2));
    const BignumHandle scalar(BN_secure_new());
    Sm2PrivateKey key;
    key.scalar_ = Secret(kScalar);
    key.scalar_.resize(kScalar);
    do {
        if (!group || !scalar || BN_priv_rand_range(scalar.get(), EC_GROUP_get0_order(group.get())) != 1) {
            throw Error(ErrorCode::internal, "SM2: " + opensslError());
        }
    } while (BN_is_zero(scalar.get()) != 0);
    BN_bn2binpad(scalar.get(), key.scalar_.data(), kScalar);
    key.publicKey_.point = pointOf(scalar.get());
    return key;
}

Sm2PrivateKey Sm2PrivateKey::fromScalar(ByteView scalar) {
    useOpenSsl();
    if (scalar.size() != kScalar) throw Error(ErrorCode::badRequest, "SM2 private key: not 32 octets");
    Sm2PrivateKey key;
    key.publicKey_.point = pointOf(secretNumber(scalar).get());
    key.scalar_ = Secret::copyOf(scalar);
    return key;
}

Secret Sm2PrivateKey::decrypt(const token::Sm2Cipher& cipher) const {
    useOpenSsl();
    const Bytes encoded = sm2CipherToDer(cipher);
    const BignumHandle scalar = secretNumber(scalar_.view());
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder) throw Error(ErrorCode::internal, "out of memory");
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, publicKey_.point.data(),
                                     publicKey_.point.size());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    const PkeyContext loader(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
    EVP_PKEY* loaded = nullptr;
    if (!params || !loader || EVP_PKEY_fromdata_init(loader.get()) <= 0 ||
        EVP_PKEY_fromdata(loader.get(), &loaded, EVP_PKEY_KEYPAIR, params.get()) <= 0) {
        throw Error(ErrorCode::internal, "SM2: " + opensslError());
    }
    const PkeyHandle pkey(loaded);
    const PkeyContext context(EVP_PKEY_CTX_new(pkey.get(), nullptr));
    // OpenSSL asks for room by the length of the whole encoding.
    Secret plain(encoded.size());
    std::size_t length = plain.capacity();
    if (!context || EVP_PKEY_decrypt_init(context.get()) <= 0 ||
        EVP_PKEY_decrypt(context.get(), plain.data(), &length, encoded.data(), encoded.size()) <= 0) {
        throw Error(ErrorCode::badRequest, "SM2 decryption: " + opensslError());
    }
    plain.resize(length);
    return plain;
}

}  // namespace ukey::pki
