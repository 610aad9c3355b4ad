#include "tokenlib/pki/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>
#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/openssl_handles.hpp"

namespace ukey::pki {
namespace {

using MacHandle = std::unique_ptr<EVP_MAC, Freer<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freer<EVP_MAC_CTX_free>>;

const char* digestName(token::DigestAlgorithm algorithm) {
    switch (algorithm) {
        case token::DigestAlgorithm::sm3:
            return "SM3";
        case token::DigestAlgorithm::sha384:
            return "SHA2-384";
        case token::DigestAlgorithm::sha512:
            return "SHA2-512";
        default:
            return "SHA2-256";
    }
}

[[noreturn]] void fail() { throw Error(ErrorCode::internal, "HMAC: " + opensslError()); }

}  // namespace

struct Hmac::Context {
    MacContext handle;
};

Hmac::Hmac(token::DigestAlgorithm algorithm, ByteView key)
    : context_(std::make_unique<Context>()), length_(token::digestLength(algorithm)) {
    useOpenSsl();
    const MacHandle mac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
    if (mac) context_->handle.reset(EVP_MAC_CTX_new(mac.get()));
    std::string digest = digestName(algorithm);
    const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                OSSL_PARAM_construct_end()};
    if (!context_->handle ||
        EVP_MAC_init(context_->handle.get(), key.data(), key.size(), parameters.data()) != 1) {
        fail();
    }
}

Hmac::~Hmac() = default;

Hmac& Hmac::update(ByteView bytes) {
    if (EVP_MAC_update(context_->handle.get(), bytes.data(), bytes.size()) != 1) fail();
    return *this;
}

Bytes Hmac::finish() {
    Bytes out(length_);
    std::size_t length = 0;
    if (EVP_MAC_final(context_->handle.get(), out.data(), &length, out.size()) != 1 || length != out.size())
        fail();
    return out;
}

}  // namespace ukey::pki
