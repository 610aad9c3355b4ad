#include "tokenlib/softtoken/seal.hpp"

#include "tokenlib/softtoken/digest.hpp"
#include "tokenlib/softtoken/openssl.hpp"

namespace ukey::softtoken {
namespace {

constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kSaltSize = 16;
constexpr std::uint32_t kIterations = 60'000;
constexpr std::uint32_t kMaxIterations = 10'000'000;

Secret deriveFromPin(ByteView pin, ByteView salt, std::uint32_t iterations) {
    Secret key(kMasterKeySize);
    key.resize(kMasterKeySize);
    must(PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(pin.data()), static_cast<int>(pin.size()),
                           salt.data(), static_cast<int>(salt.size()), static_cast<int>(iterations),
                           EVP_sha256(), static_cast<int>(key.size()), key.data()));
    return key;
}

}  // namespace

Secret newMasterKey() {
    Secret key(kMasterKeySize);
    key.resize(kMasterKeySize);
    fillRandom({key.data(), key.size()});
    return key;
}

Bytes seal(const Secret& key, ByteView context, ByteView plain) {
    Bytes sealed(kNonceSize + plain.size() + kTagSize);
    const std::span<std::uint8_t> out(sealed);
    fillRandom(out.first(kNonceSize));
    const CipherContext cipher(must(EVP_CIPHER_CTX_new()));
    must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), sealed.data()));
    int written = 0;
    must(
        EVP_EncryptUpdate(cipher.get(), nullptr, &written, context.data(), static_cast<int>(context.size())));
    if (!plain.empty())
        must(EVP_EncryptUpdate(cipher.get(), sealed.data() + kNonceSize, &written, plain.data(),
                               static_cast<int>(plain.size())));
    must(EVP_EncryptFinal_ex(cipher.get(), sealed.data() + kNonceSize + plain.size(), &written));
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagSize),
                             sealed.data() + kNonceSize + plain.size()));
    return sealed;
}

std::optional<Secret> unseal(const Secret& key, ByteView context, ByteView sealed) {
    if (sealed.size() < kNonceSize + kTagSize) return std::nullopt;
    const ByteView body = sealed.subspan(kNonceSize, sealed.size() - kNonceSize - kTagSize);
    Bytes tag(sealed.end() - kTagSize, sealed.end());
    Secret plain(body.size());
    plain.resize(body.size());
    const CipherContext cipher(must(EVP_CIPHER_CTX_new()));
    must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), sealed.data()));
    int written = 0;
    must(
        EVP_DecryptUpdate(cipher.get(), nullptr, &written, context.data(), static_cast<int>(context.size())));
    if (!body.empty())
        must(EVP_DecryptUpdate(cipher.get(), plain.data(), &written, body.data(),
                               static_cast<int>(body.size())));
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagSize), tag.data()));
    std::uint8_t nothing = 0;
    if (EVP_DecryptFinal_ex(cipher.get(), &nothing, &written) <= 0) return std::nullopt;
    return plain;
}

PinWrap wrapMasterKey(const Secret& masterKey, ByteView pin, ByteView context) {
    PinWrap wrap{randomBytes(kSaltSize), kIterations, {}};
    wrap.sealed = seal(deriveFromPin(pin, wrap.salt, wrap.iterations), context, masterKey.view());
    return wrap;
}

std::optional<Secret> unwrapMasterKey(const PinWrap& wrap, ByteView pin, ByteView context) {
    require(wrap.iterations > 0 && wrap.iterations <= kMaxIterations, SAR_FILEERR);
    auto masterKey = unseal(deriveFromPin(pin, wrap.salt, wrap.iterations), context, wrap.sealed);
    if (masterKey && masterKey->size() != kMasterKeySize) return std::nullopt;
    return masterKey;
}

}  // namespace ukey::softtoken
