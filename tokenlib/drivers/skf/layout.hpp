// The structures of GM/T 0016-2012, clause 6.4, for every width of ULONG and either packing. Sizes for ULONG
// of 32 bits are asserted at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace ukey::skf {

/// A number without alignment, as it stands in a packed structure. It makes packing a matter of types, which
/// a template can choose, unlike a pragma.
template <class T>
class Unaligned {
  public:
    Unaligned() = default;
    Unaligned& operator=(T value) noexcept {
        std::memcpy(octets_, &value, sizeof(T));
        return *this;
    }
    operator T() const noexcept {  // NOLINT(google-explicit-constructor): it stands for a T.
        T value;
        std::memcpy(&value, octets_, sizeof(T));
        return value;
    }

  private:
    unsigned char octets_[sizeof(T)];
};

inline constexpr std::size_t kNumberField = 64;   ///< ECC_MAX_XCOORDINATE_BITS_LEN / 8.
inline constexpr std::size_t kRsaField = 256;     ///< MAX_RSA_MODULUS_LEN.
inline constexpr std::size_t kBigRsaField = 512;  ///< Of makers that know RSA above 2048 bits.
inline constexpr std::size_t kExponentField = 4;  ///< MAX_RSA_EXPONENT_LEN.

template <class Ulong, bool kPacked>
struct Layout {
    using Field = std::conditional_t<kPacked, Unaligned<Ulong>, Ulong>;

    struct Version {
        std::uint8_t major;
        std::uint8_t minor;
    };

    struct DeviceInfo {
        Version version;
        char manufacturer[64];
        char issuer[64];
        char label[32];
        char serialNumber[32];
        Version hardwareVersion;
        Version firmwareVersion;
        Field symmetricAlgorithms;
        Field asymmetricAlgorithms;
        Field hashAlgorithms;
        Field authenticationAlgorithm;
        Field totalSpace;
        Field freeSpace;
        Field maxEccBuffer;
        Field maxBuffer;
        std::uint8_t reserved[64];
    };

    struct EccPublicKey {
        Field bitLength;
        std::uint8_t x[kNumberField];
        std::uint8_t y[kNumberField];
    };

    struct EccCipher {
        std::uint8_t x[kNumberField];
        std::uint8_t y[kNumberField];
        std::uint8_t hash[32];
        Field cipherLength;
        std::uint8_t cipher[1];  ///< Really cipherLength octets.
    };

    struct EccSignature {
        std::uint8_t r[kNumberField];
        std::uint8_t s[kNumberField];
    };

    struct CipherParameters {
        std::uint8_t iv[32];
        Field ivLength;
        Field paddingType;
        Field feedBits;
    };

    struct EnvelopedKey {
        Field version;
        Field symmetricAlgorithm;
        Field bits;
        std::uint8_t encryptedPrivateKey[kNumberField];
        EccPublicKey publicKey;
        EccCipher wrappedKey;
    };
};

namespace layout_sizes {
using Packed = Layout<std::uint32_t, true>;
using Natural = Layout<std::uint32_t, false>;
static_assert(sizeof(Packed::DeviceInfo) == 294 && sizeof(Natural::DeviceInfo) == 296);
static_assert(offsetof(Packed::DeviceInfo, asymmetricAlgorithms) == 202);
static_assert(sizeof(Packed::EccPublicKey) == 132 && sizeof(Natural::EccPublicKey) == 132);
static_assert(sizeof(Packed::EccCipher) == 165 && sizeof(Natural::EccCipher) == 168);
static_assert(offsetof(Packed::EccCipher, cipher) == 164 && offsetof(Natural::EccCipher, cipher) == 164);
static_assert(sizeof(Packed::EccSignature) == 128);
static_assert(sizeof(Packed::CipherParameters) == 44 && sizeof(Natural::CipherParameters) == 44);
static_assert(sizeof(Packed::EnvelopedKey) == 373 && sizeof(Natural::EnvelopedKey) == 376);
static_assert(offsetof(Packed::EnvelopedKey, publicKey) == 76 &&
              offsetof(Packed::EnvelopedKey, wrappedKey) == 208);
// Passed by value: nothing but the plain octets may matter.
static_assert(std::is_trivially_copyable_v<Packed::CipherParameters>);
}  // namespace layout_sizes

}  // namespace ukey::skf
