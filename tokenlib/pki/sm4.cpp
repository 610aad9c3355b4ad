#include "tokenlib/pki/sm4.hpp"

#include <openssl/rand.h>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/openssl_handles.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kBlock = 16;

Bytes encrypt(const EVP_CIPHER* cipher, ByteView key, const std::uint8_t* iv, ByteView plain) {
    useOpenSsl();
    if (key.size() != kBlock || plain.size() % kBlock != 0) {
        throw Error(ErrorCode::internal, "SM4: wrong length");
    }
    const CipherContext context(EVP_CIPHER_CTX_new());
    Bytes out(plain.size());
    int length = 0;
    if (!context || EVP_EncryptInit_ex2(context.get(), cipher, key.data(), iv, nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
        EVP_EncryptUpdate(context.get(), out.data(), &length, plain.data(), static_cast<int>(plain.size())) !=
            1 ||
        static_cast<std::size_t>(length) != plain.size()) {
        throw Error(ErrorCode::internal, "SM4: " + opensslError());
    }
    return out;
}

}  // namespace

Bytes sm4EcbEncrypt(ByteView key, ByteView plain) { return encrypt(EVP_sm4_ecb(), key, nullptr, plain); }

Bytes sm4CbcEncrypt(ByteView key, ByteView iv, ByteView plain) {
    if (iv.size() != kBlock) throw Error(ErrorCode::internal, "SM4: wrong length of the IV");
    return encrypt(EVP_sm4_cbc(), key, iv.data(), plain);
}

void fillRandom(std::span<std::uint8_t> octets) {
    useOpenSsl();
    if (RAND_priv_bytes(octets.data(), static_cast<int>(octets.size())) != 1) {
        throw Error(ErrorCode::internal, "random: " + opensslError());
    }
}

}  // namespace ukey::pki
