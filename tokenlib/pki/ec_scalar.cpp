#include "tokenlib/pki/ec_scalar.hpp"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;

struct Curve {
    int group;
    const char* type;
    const char* name;
};

Curve curveOf(token::KeyAlgorithm algorithm) {
    switch (algorithm) {
        case token::KeyAlgorithm::sm2:
            return {NID_sm2, "SM2", "SM2"};
        case token::KeyAlgorithm::p256:
            return {NID_X9_62_prime256v1, "EC", "P-256"};
        case token::KeyAlgorithm::p384:
            return {NID_secp384r1, "EC", "P-384"};
        default:
            throw Error(ErrorCode::internal, "a key without a curve");
    }
}

GroupHandle groupOf(token::KeyAlgorithm algorithm) {
    useOpenSsl();
    GroupHandle group(EC_GROUP_new_by_curve_name(curveOf(algorithm).group));
    if (!group) throw Error(ErrorCode::internal, "curve: " + opensslError());
    return group;
}

/// In memory that OpenSSL wipes, also in the copies that it makes.
BignumHandle secretNumber(ByteView octets) {
    BignumHandle number(BN_secure_new());
    if (!number || BN_bin2bn(octets.data(), static_cast<int>(octets.size()), number.get()) == nullptr) {
        throw Error(ErrorCode::internal, "out of memory");
    }
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    return number;
}

}  // namespace

Secret generateScalar(token::KeyAlgorithm algorithm) {
    const GroupHandle group = groupOf(algorithm);
    const BignumHandle number(BN_secure_new());
    do {
        if (!number || BN_priv_rand_range(number.get(), EC_GROUP_get0_order(group.get())) != 1) {
            throw Error(ErrorCode::internal, "private key: " + opensslError());
        }
    } while (BN_is_zero(number.get()) != 0);
    const std::size_t length = coordinateLength(algorithm);
    Secret scalar(length);
    scalar.resize(length);
    BN_bn2binpad(number.get(), scalar.data(), static_cast<int>(length));
    return scalar;
}

token::PublicKey publicKeyOf(token::KeyAlgorithm algorithm, ByteView scalar) {
    const GroupHandle group = groupOf(algorithm);
    const std::size_t length = coordinateLength(algorithm);
    if (scalar.size() != length) throw Error(ErrorCode::badRequest, "private key: wrong length");
    const BignumHandle number = secretNumber(scalar);
    if (BN_is_zero(number.get()) != 0 || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0) {
        throw Error(ErrorCode::badRequest, "private key: out of range");
    }
    const PointHandle point(EC_POINT_new(group.get()));
    token::PublicKey key;
    key.algorithm = algorithm;
    key.point.resize(1 + 2 * length);
    if (!point || EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) != 1 ||
        EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, key.point.data(),
                           key.point.size(), nullptr) != key.point.size()) {
        throw Error(ErrorCode::internal, "public key: " + opensslError());
    }
    return key;
}

PkeyHandle toPrivatePkey(const token::PublicKey& key, ByteView scalar) {
    const Curve curve = curveOf(key.algorithm);
    const BignumHandle number = secretNumber(scalar);
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder) throw Error(ErrorCode::internal, "out of memory");
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.name, 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, key.point.data(),
                                     key.point.size());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get());
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    const PkeyContext loader(EVP_PKEY_CTX_new_from_name(nullptr, curve.type, nullptr));
    EVP_PKEY* loaded = nullptr;
    if (!params || !loader || EVP_PKEY_fromdata_init(loader.get()) <= 0 ||
        EVP_PKEY_fromdata(loader.get(), &loaded, EVP_PKEY_KEYPAIR, params.get()) <= 0) {
        throw Error(ErrorCode::internal, "private key: " + opensslError());
    }
    return PkeyHandle(loaded);
}

}  // namespace ukey::pki
