#include "tokenlib/pki/sm2_key.hpp"

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/ec_scalar.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"

namespace ukey::pki {

Sm2PrivateKey Sm2PrivateKey::generate() {
    Sm2PrivateKey key;
    key.scalar_ = generateScalar(token::KeyAlgorithm::sm2);
    key.publicKey_ = publicKeyOf(token::KeyAlgorithm::sm2, key.scalar_.view());
    return key;
}

Sm2PrivateKey Sm2PrivateKey::fromScalar(ByteView scalar) {
    Sm2PrivateKey key;
    key.publicKey_ = publicKeyOf(token::KeyAlgorithm::sm2, scalar);
    key.scalar_ = Secret::copyOf(scalar);
    return key;
}

Secret Sm2PrivateKey::decrypt(const token::Sm2Cipher& cipher) const {
    useOpenSsl();
    const Bytes encoded = sm2CipherToDer(cipher);
    const PkeyHandle pkey = toPrivatePkey(publicKey_, scalar_.view());
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
