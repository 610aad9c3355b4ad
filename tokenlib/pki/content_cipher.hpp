// Ciphers for contents of any length, by the library of Debian that is faster at each.
#pragma once

#include <cstdint>
#include <memory>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pki {

enum class ContentCipher : std::uint8_t { sm4Cbc, sm4Gcm, aes256Cbc, aes256Gcm };

/// Octets of the key: 16 for SM4, 32 for AES-256.
std::size_t keyLength(ContentCipher cipher) noexcept;
/// 16 for CBC, 12 for GCM.
std::size_t ivLength(ContentCipher cipher) noexcept;
/// Whether a changed content is noticed (GCM).
bool hasIntegrity(ContentCipher cipher) noexcept;

inline constexpr std::size_t kGcmTag = 16;

/// One content on its way through a cipher; CBC pads as PKCS#7 does. Throws bad-request for a key or IV of a
/// wrong length.
class CipherStream {
  public:
    enum class Direction : std::uint8_t { seal, open };
    class Blocks;

    CipherStream(ContentCipher cipher, Direction direction, ByteView key, ByteView iv);
    CipherStream(CipherStream&& other) noexcept;
    CipherStream(const CipherStream&) = delete;
    CipherStream& operator=(const CipherStream&) = delete;
    ~CipherStream();

    /// What is ready, at the end of `out`; the rest waits for its block to become whole.
    void append(ByteView octets, Bytes& out);
    /// How many octets that will be for so many.
    std::size_t ready(std::size_t octets) const noexcept;
    /// Of sealing: the end of the content; `tag` of GCM after it.
    Bytes finishSeal();
    Bytes tag();
    /// Of opening: the end of the content. Throws bad-request when the padding, or the tag, is not right:
    /// what came before was not what was sealed.
    Bytes finishOpen(ByteView tag);

  private:
    void run(std::uint8_t* inPlace, std::size_t count);
    Bytes run(Bytes whole);

    ContentCipher cipher_;
    Direction direction_;
    std::unique_ptr<Blocks> blocks_;
    Bytes waiting_;
};

}  // namespace ukey::pki
