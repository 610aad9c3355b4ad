#include "tokenlib/pki/openssl_handles.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <array>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;

const char* groupName(token::KeyAlgorithm algorithm) {
    switch (algorithm) {
        case token::KeyAlgorithm::sm2:
            return "SM2";
        case token::KeyAlgorithm::p256:
            return "P-256";
        case token::KeyAlgorithm::p384:
            return "P-384";
        default:
            return nullptr;
    }
}

PkeyHandle fromParams(const char* type, OSSL_PARAM* params) {
    const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) <= 0) {
        ERR_clear_error();
        return nullptr;
    }
    return PkeyHandle(key);
}

BignumHandle toBignum(ByteView number) {
    return BignumHandle(BN_bin2bn(number.data(), static_cast<int>(number.size()), nullptr));
}

}  // namespace

void useOpenSsl() {
    static const bool started = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1;
    if (!started) throw Error(ErrorCode::internal, "OpenSSL does not start");
}

std::string opensslError() {
    const unsigned long code = ERR_peek_last_error();
    std::array<char, 256> text{};
    ERR_error_string_n(code, text.data(), text.size());
    ERR_clear_error();
    return code == 0 ? "OpenSSL gave no reason" : std::string(text.data());
}

PkeyHandle toPkey(const token::PublicKey& key) {
    useOpenSsl();
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder) throw Error(ErrorCode::internal, "out of memory");
    if (const char* group = groupName(key.algorithm)) {
        if (key.point.size() != 1 + 2 * coordinateLength(key.algorithm) || key.point[0] != 4) return nullptr;
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, key.point.data(),
                                         key.point.size());
        const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
        return fromParams(key.algorithm == token::KeyAlgorithm::sm2 ? "SM2" : "EC", params.get());
    }
    if (key.modulus.size() != modulusLength(key.algorithm) || key.modulus[0] == 0 || key.exponent.empty() ||
        key.exponent.size() > 8) {
        return nullptr;
    }
    const BignumHandle modulus = toBignum(key.modulus);
    const BignumHandle exponent = toBignum(key.exponent);
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    return fromParams("RSA", params.get());
}

X509Handle toX509(ByteView der) {
    useOpenSsl();
    const unsigned char* at = der.data();
    X509Handle certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!certificate || at != der.data() + der.size()) {
        ERR_clear_error();
        return nullptr;
    }
    return certificate;
}

}  // namespace ukey::pki
