// SM4 (GB/T 32907) in the modes of GM/T 0016.
#pragma once

#include <array>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/softtoken/openssl.hpp"

namespace ukey::softtoken {

inline constexpr std::size_t kSm4KeySize = 16;
inline constexpr std::size_t kSm4BlockSize = 16;

enum class Sm4Mode : std::uint8_t { ecb, cbc, cfb, ofb };

using Sm4Block = std::array<std::uint8_t, kSm4BlockSize>;

/// One message, in parts. It keeps what does not fill a block yet, so sizes are known before anything is
/// processed.
class Sm4Stream {
  public:
    struct Parameters {
        Sm4Mode mode = Sm4Mode::ecb;
        bool encrypt = true;
        bool padding = false;  // PKCS#5; ECB and CBC only
        Sm4Block iv{};
    };

    Sm4Stream(const Secret& key, const Parameters& parameters);
    ~Sm4Stream();
    Sm4Stream(const Sm4Stream&) = delete;
    Sm4Stream& operator=(const Sm4Stream&) = delete;

    /// Octets that update gives for that many more.
    std::size_t updateSize(std::size_t more) const noexcept;
    /// At most that many octets does finish give.
    std::size_t finishSize() const noexcept;

    Secret update(ByteView data);
    /// Throws SAR_INDATALENERR for an incomplete block without padding, SAR_DECRYPTPADERR for wrong padding.
    Secret finish();

  private:
    bool blockwise() const noexcept {
        return parameters_.mode == Sm4Mode::ecb || parameters_.mode == Sm4Mode::cbc;
    }
    Secret process(ByteView data);

    Parameters parameters_;
    CipherContext context_;
    Bytes pending_;
};

/// ECB without padding of whole blocks.
Secret sm4Ecb(const Secret& key, bool encrypt, ByteView blocks);

/// CBC-MAC in parts.
class Sm4Mac {
  public:
    Sm4Mac(const Secret& key, const Sm4Block& iv, bool padding);
    void update(ByteView data);
    /// Throws SAR_INDATALENERR for an incomplete block without padding, or no data at all.
    Sm4Block finish();

  private:
    Sm4Stream stream_;
    bool padding_;
    bool any_ = false;
    std::size_t tail_ = 0;
    Sm4Block last_{};
};

}  // namespace ukey::softtoken
