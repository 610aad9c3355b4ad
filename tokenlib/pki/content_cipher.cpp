#include "tokenlib/pki/content_cipher.hpp"

#include <gcrypt.h>
#include <openssl/evp.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/gcrypt.hpp"
#include "tokenlib/pki/openssl_handles.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kBlock = 16;

bool isSm4(ContentCipher cipher) {
    return cipher == ContentCipher::sm4Cbc || cipher == ContentCipher::sm4Gcm;
}

[[noreturn]] void corrupt() {
    throw Error(ErrorCode::badRequest, "sealed content: it is not as it was sealed, or the key is another");
}

void require(gcry_error_t error) {
    if (error != 0) throw Error(ErrorCode::internal, std::string("cipher: ") + gcry_strerror(error));
}

}  // namespace

/// A cipher with its key and IV, over whole blocks.
class CipherStream::Blocks {
  public:
    Blocks() = default;
    Blocks(const Blocks&) = delete;
    Blocks& operator=(const Blocks&) = delete;
    virtual ~Blocks() = default;
    virtual void run(std::uint8_t* inPlace, std::size_t count) = 0;
    /// Before the last octets, which may be less than a block.
    virtual void beforeLast() {}
    virtual Bytes tag() { return {}; }
    virtual bool isTag(ByteView) { return true; }
};

namespace {

class GcryptBlocks final : public CipherStream::Blocks {
  public:
    GcryptBlocks(ContentCipher cipher, CipherStream::Direction direction, ByteView key, ByteView iv)
        : direction_(direction) {
        useGcrypt();
        require(gcry_cipher_open(&handle_, isSm4(cipher) ? GCRY_CIPHER_SM4 : GCRY_CIPHER_AES256,
                                 hasIntegrity(cipher) ? GCRY_CIPHER_MODE_GCM : GCRY_CIPHER_MODE_CBC, 0));
        require(gcry_cipher_setkey(handle_, key.data(), key.size()));
        require(gcry_cipher_setiv(handle_, iv.data(), iv.size()));
    }
    ~GcryptBlocks() override { gcry_cipher_close(handle_); }

    void run(std::uint8_t* inPlace, std::size_t count) override {
        require(direction_ == CipherStream::Direction::seal
                    ? gcry_cipher_encrypt(handle_, inPlace, count, nullptr, 0)
                    : gcry_cipher_decrypt(handle_, inPlace, count, nullptr, 0));
    }
    void beforeLast() override { gcry_cipher_final(handle_); }
    Bytes tag() override {
        Bytes out(kGcmTag);
        require(gcry_cipher_gettag(handle_, out.data(), out.size()));
        return out;
    }
    bool isTag(ByteView tag) override {
        return tag.size() == kGcmTag && gcry_cipher_checktag(handle_, tag.data(), tag.size()) == 0;
    }

  private:
    CipherStream::Direction direction_;
    gcry_cipher_hd_t handle_ = nullptr;
};

/// CBC is sealed one block after the other. libgcrypt's SM4 is made for many at a time, and takes twice as
/// long for that as OpenSSL's (`make bench`).
class Sm4CbcSealing final : public CipherStream::Blocks {
  public:
    Sm4CbcSealing(ByteView key, ByteView iv) {
        useOpenSsl();
        context_.reset(EVP_CIPHER_CTX_new());
        if (!context_ ||
            EVP_EncryptInit_ex(context_.get(), EVP_sm4_cbc(), nullptr, key.data(), iv.data()) != 1 ||
            EVP_CIPHER_CTX_set_padding(context_.get(), 0) != 1)
            opensslFailed();
    }

    void run(std::uint8_t* inPlace, std::size_t count) override {
        constexpr std::size_t kMost = 1UL << 30U;  // OpenSSL counts in int.
        for (std::size_t at = 0; at < count; at += kMost) {
            int written = 0;
            if (EVP_EncryptUpdate(context_.get(), inPlace + at, &written, inPlace + at,
                                  static_cast<int>(std::min(count - at, kMost))) != 1)
                opensslFailed();
        }
    }

  private:
    [[noreturn]] static void opensslFailed() {
        throw Error(ErrorCode::internal, "cipher: " + opensslError());
    }

    CipherContext context_;
};

std::unique_ptr<CipherStream::Blocks> blocksOf(ContentCipher cipher, CipherStream::Direction direction,
                                               ByteView key, ByteView iv) {
    if (cipher == ContentCipher::sm4Cbc && direction == CipherStream::Direction::seal)
        return std::make_unique<Sm4CbcSealing>(key, iv);
    return std::make_unique<GcryptBlocks>(cipher, direction, key, iv);
}

}  // namespace

std::size_t keyLength(ContentCipher cipher) noexcept { return isSm4(cipher) ? 16 : 32; }
std::size_t ivLength(ContentCipher cipher) noexcept { return hasIntegrity(cipher) ? 12 : kBlock; }
bool hasIntegrity(ContentCipher cipher) noexcept {
    return cipher == ContentCipher::sm4Gcm || cipher == ContentCipher::aes256Gcm;
}

CipherStream::CipherStream(ContentCipher cipher, Direction direction, ByteView key, ByteView iv)
    : cipher_(cipher), direction_(direction) {
    if (key.size() != keyLength(cipher) || iv.size() != ivLength(cipher)) {
        throw Error(ErrorCode::badRequest, "cipher: key or IV of a wrong length");
    }
    blocks_ = blocksOf(cipher, direction, key, iv);
}

CipherStream::CipherStream(CipherStream&&) noexcept = default;
CipherStream::~CipherStream() = default;

void CipherStream::run(std::uint8_t* inPlace, std::size_t count) {
    if (count != 0) blocks_->run(inPlace, count);
}

Bytes CipherStream::run(Bytes whole) {
    run(whole.data(), whole.size());
    return whole;
}

std::size_t CipherStream::ready(std::size_t octets) const noexcept {
    // The last block of an opened CBC content is padding at least in part, and known only at the end.
    // libgcrypt wants whole blocks of GCM, too, until the last call.
    const bool holdsLast = direction_ == Direction::open && !hasIntegrity(cipher_);
    const std::size_t all = waiting_.size() + octets;
    const std::size_t whole = all / kBlock * kBlock;
    return holdsLast && whole == all && whole != 0 ? whole - kBlock : whole;
}

void CipherStream::append(ByteView octets, Bytes& out) {
    const std::size_t count = ready(octets.size());
    const std::size_t fromWaiting = std::min(count, waiting_.size());
    const ByteView now = octets.first(count - fromWaiting);
    const std::size_t before = out.size();
    out.insert(out.end(), waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(fromWaiting));
    out.insert(out.end(), now.begin(), now.end());
    run(out.data() + before, count);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(fromWaiting));
    waiting_.insert(waiting_.end(), octets.begin() + static_cast<std::ptrdiff_t>(now.size()), octets.end());
}

Bytes CipherStream::finishSeal() {
    if (hasIntegrity(cipher_)) {
        blocks_->beforeLast();
    } else {
        const auto padding = static_cast<std::uint8_t>(kBlock - waiting_.size() % kBlock);
        waiting_.insert(waiting_.end(), padding, padding);
    }
    return run(std::exchange(waiting_, {}));
}

Bytes CipherStream::tag() { return blocks_->tag(); }

Bytes CipherStream::finishOpen(ByteView tag) {
    if (hasIntegrity(cipher_)) {
        blocks_->beforeLast();
        Bytes last = run(std::exchange(waiting_, {}));
        if (!blocks_->isTag(tag)) corrupt();
        return last;
    }
    if (waiting_.size() != kBlock) corrupt();
    Bytes last = run(std::exchange(waiting_, {}));
    const std::uint8_t padding = last.back();
    if (padding == 0 || padding > kBlock ||
        std::any_of(last.end() - padding, last.end(), [&](std::uint8_t octet) { return octet != padding; })) {
        corrupt();
    }
    last.resize(kBlock - padding);
    return last;
}

}  // namespace ukey::pki
