#include "tokenlib/drivers/pkcs11/padding.hpp"

namespace ukey::pkcs11 {
namespace {

/// All ones when a == 0.
std::uint32_t zeroMask(std::uint32_t a) { return 0U - ((~a & (a - 1)) >> 31U); }

}  // namespace

std::optional<Bytes> withoutEncryptionPadding(ByteView block, std::size_t size) {
    constexpr std::size_t kLeastPadding = 11;
    if (block.size() > size || size < kLeastPadding) return std::nullopt;
    Bytes padded(size - block.size(), 0);
    padded.insert(padded.end(), block.begin(), block.end());

    std::uint32_t good = zeroMask(padded[0]) & zeroMask(padded[1] ^ 0x02U);
    std::uint32_t found = 0;
    std::uint32_t start = 0;  // Of the message, behind the first zero octet.
    for (std::size_t i = 2; i < size; ++i) {
        const std::uint32_t here = zeroMask(padded[i]) & ~found;
        start |= here & static_cast<std::uint32_t>(i + 1);
        found |= here;
    }
    const std::uint32_t tooShort = 0U - ((start - static_cast<std::uint32_t>(kLeastPadding)) >> 31U);
    good &= found & ~tooShort;
    if (good == 0) return std::nullopt;
    return Bytes(padded.begin() + static_cast<std::ptrdiff_t>(start), padded.end());
}

}  // namespace ukey::pkcs11
