#include "tokenlib/pki/content_cipher.hpp"

#include <gcrypt.h>

#include <algorithm>
#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/gcrypt.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kBlock = 16;

bool isSm4(ContentCipher cipher) {
    return cipher == ContentCipher::sm4Cbc || cipher == ContentCipher::sm4Gcm;
}

gcry_cipher_hd_t handleOf(void* handle) { return static_cast<gcry_cipher_hd_t>(handle); }

[[noreturn]] void corrupt() {
    throw Error(ErrorCode::badRequest, "sealed content: it is not as it was sealed, or the key is another");
}

void require(gcry_error_t error) {
    if (error != 0) throw Error(ErrorCode::internal, std::string("cipher: ") + gcry_strerror(error));
}

}  // namespace

std::size_t keyLength(ContentCipher cipher) noexcept { return isSm4(cipher) ? 16 : 32; }
std::size_t ivLength(ContentCipher cipher) noexcept { return hasIntegrity(cipher) ? 12 : kBlock; }
bool hasIntegrity(ContentCipher cipher) noexcept {
    return cipher == ContentCipher::sm4Gcm || cipher == ContentCipher::aes256Gcm;
}

CipherStream::CipherStream(ContentCipher cipher, Direction direction, ByteView key, ByteView iv)
    : cipher_(cipher), direction_(direction) {
    useGcrypt();
    if (key.size() != keyLength(cipher) || iv.size() != ivLength(cipher)) {
        throw Error(ErrorCode::badRequest, "cipher: key or IV of a wrong length");
    }
    gcry_cipher_hd_t handle = nullptr;
    require(gcry_cipher_open(&handle, isSm4(cipher) ? GCRY_CIPHER_SM4 : GCRY_CIPHER_AES256,
                             hasIntegrity(cipher) ? GCRY_CIPHER_MODE_GCM : GCRY_CIPHER_MODE_CBC, 0));
    handle_ = handle;
    require(gcry_cipher_setkey(handle, key.data(), key.size()));
    require(gcry_cipher_setiv(handle, iv.data(), iv.size()));
}

CipherStream::CipherStream(CipherStream&& other) noexcept
    : cipher_(other.cipher_),
      direction_(other.direction_),
      handle_(std::exchange(other.handle_, nullptr)),
      waiting_(std::move(other.waiting_)) {}

CipherStream::~CipherStream() { gcry_cipher_close(handleOf(handle_)); }

Bytes CipherStream::run(ByteView whole) {
    Bytes out(whole.size());
    if (whole.empty()) return out;
    require(direction_ == Direction::seal
                ? gcry_cipher_encrypt(handleOf(handle_), out.data(), out.size(), whole.data(), whole.size())
                : gcry_cipher_decrypt(handleOf(handle_), out.data(), out.size(), whole.data(), whole.size()));
    return out;
}

Bytes CipherStream::update(ByteView octets) {
    waiting_.insert(waiting_.end(), octets.begin(), octets.end());
    // The last block of an opened CBC content is padding at least in part, and known only at the end.
    // libgcrypt wants whole blocks of GCM, too, until the last call.
    const bool holdsLast = direction_ == Direction::open && !hasIntegrity(cipher_);
    std::size_t ready = waiting_.size() / kBlock * kBlock;
    if (holdsLast && ready == waiting_.size() && ready != 0) ready -= kBlock;
    const Bytes out = run(ByteView(waiting_).first(ready));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(ready));
    return out;
}

Bytes CipherStream::finishSeal() {
    if (hasIntegrity(cipher_)) {
        gcry_cipher_final(handleOf(handle_));
    } else {
        const auto padding = static_cast<std::uint8_t>(kBlock - waiting_.size() % kBlock);
        waiting_.insert(waiting_.end(), padding, padding);
    }
    return run(waiting_);
}

Bytes CipherStream::tag() {
    Bytes out(kGcmTag);
    require(gcry_cipher_gettag(handleOf(handle_), out.data(), out.size()));
    return out;
}

Bytes CipherStream::finishOpen(ByteView tag) {
    if (hasIntegrity(cipher_)) {
        gcry_cipher_final(handleOf(handle_));
        Bytes last = run(waiting_);
        if (tag.size() != kGcmTag || gcry_cipher_checktag(handleOf(handle_), tag.data(), tag.size()) != 0)
            corrupt();
        return last;
    }
    if (waiting_.size() != kBlock) corrupt();
    Bytes last = run(waiting_);
    const std::uint8_t padding = last.back();
    if (padding == 0 || padding > kBlock ||
        std::any_of(last.end() - padding, last.end(), [&](std::uint8_t octet) { return octet != padding; })) {
        corrupt();
    }
    last.resize(kBlock - padding);
    return last;
}

}  // namespace ukey::pki
