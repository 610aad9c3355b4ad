#include "tokenlib/pki/p256_key.hpp"

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/ec_scalar.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::pki {

using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

P256PrivateKey P256PrivateKey::fromScalar(ByteView scalar) {
    P256PrivateKey key;
    key.publicKey_ = publicKeyOf(token::KeyAlgorithm::p256, scalar);
    key.scalar_ = Secret::copyOf(scalar);
    return key;
}

Bytes P256PrivateKey::sign(ByteView message) const {
    useOpenSsl();
    const PkeyHandle pkey = toPrivatePkey(publicKey_, scalar_.view());
    const DigestContext context(EVP_MD_CTX_new());
    std::size_t length = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, pkey.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &length, message.data(), message.size()) != 1) {
        throw Error(ErrorCode::internal, "P-256 signature: " + opensslError());
    }
    Bytes der(length);
    if (EVP_DigestSign(context.get(), der.data(), &length, message.data(), message.size()) != 1)
        throw Error(ErrorCode::internal, "P-256 signature: " + opensslError());
    der.resize(length);
    return signatureFromDer(token::KeyAlgorithm::p256, der);
}

}  // namespace ukey::pki
