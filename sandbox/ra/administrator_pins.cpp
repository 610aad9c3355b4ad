#include "sandbox/ra/administrator_pins.hpp"

#include "sandbox/ca/files.hpp"
#include "sandbox/ca/keys.hpp"
#include "sandbox/ca/openssl.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ra {
namespace {

constexpr std::size_t kKey = 32;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr std::size_t kMaxPin = 64;
constexpr const char* kDoing = "keeping an administrator PIN";

/// nonce || ciphertext || tag, bound to the token.
Bytes seal(const Secret& key, const std::string& token, const Secret& pin) {
    Bytes out = ca::randomBytes(kNonce);
    out.resize(kNonce + pin.size() + kTag);
    const ca::CipherContextPtr context(ca::requirePointer(EVP_CIPHER_CTX_new(), kDoing));
    int length = 0;
    ca::require(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), out.data()) == 1 &&
                    EVP_EncryptUpdate(context.get(), nullptr, &length, asBytes(token).data(),
                                      static_cast<int>(token.size())) == 1 &&
                    EVP_EncryptUpdate(context.get(), out.data() + kNonce, &length, pin.data(),
                                      static_cast<int>(pin.size())) == 1 &&
                    EVP_EncryptFinal_ex(context.get(), nullptr, &length) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTag),
                                        out.data() + kNonce + pin.size()) == 1,
                kDoing);
    return out;
}

Secret open(const Secret& key, const std::string& token, Bytes sealed) {
    if (sealed.size() <= kNonce + kTag) throw Error(ErrorCode::internal, kDoing);
    Secret pin(sealed.size() - kNonce - kTag);
    pin.resize(pin.capacity());
    const ca::CipherContextPtr context(ca::requirePointer(EVP_CIPHER_CTX_new(), kDoing));
    int length = 0;
    ca::require(
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), sealed.data()) == 1 &&
            EVP_DecryptUpdate(context.get(), nullptr, &length, asBytes(token).data(),
                              static_cast<int>(token.size())) == 1 &&
            EVP_DecryptUpdate(context.get(), pin.data(), &length, sealed.data() + kNonce,
                              static_cast<int>(pin.size())) == 1 &&
            EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTag),
                                sealed.data() + kNonce + pin.size()) == 1 &&
            EVP_DecryptFinal_ex(context.get(), nullptr, &length) == 1,
        kDoing);
    return pin;
}

}  // namespace

Secret AdministratorPins::key() {
    if (!std::filesystem::exists(keyFile_)) ca::writePrivateFile(keyFile_, toHex(ca::randomBytes(kKey)));
    auto octets = fromHex(ca::readFile(keyFile_));
    if (!octets || octets->size() != kKey) throw Error(ErrorCode::internal, keyFile_.string() + " is broken");
    Secret key = Secret::copyOf(*octets);
    wipe(*octets);
    return key;
}

void AdministratorPins::set(const std::string& tokenSerial, const Secret& pin) {
    if (tokenSerial.empty() || pin.empty() || pin.size() > kMaxPin)
        throw Error(ErrorCode::badRequest, "a serial number and a PIN of 1 to 64 characters are needed");
    const Bytes sealed = seal(key(), tokenSerial, pin);
    database_.run("INSERT OR REPLACE INTO administrator_pin (token, sealed) VALUES (?, ?)", tokenSerial,
                  ByteView(sealed));
}

Secret AdministratorPins::of(const std::string& tokenSerial) {
    auto row = database_.query("SELECT sealed FROM administrator_pin WHERE token = ?", tokenSerial);
    if (!row.step()) return Secret::copyOf(factory_);
    return open(key(), tokenSerial, row.blob(0));
}

}  // namespace ukey::ra
