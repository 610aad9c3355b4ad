#include "tokenlib/token/key_forms.hpp"

#include <algorithm>
#include <array>

#include "tokenlib/base/error.hpp"

namespace ukey::token {
namespace {

ByteView digestInfoPrefix(DigestAlgorithm algorithm) {
    static constexpr std::array<std::uint8_t, 19> kSha256{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                                          0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                                          0x01, 0x05, 0x00, 0x04, 0x20};
    static constexpr std::array<std::uint8_t, 19> kSha384{0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                                          0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                                          0x02, 0x05, 0x00, 0x04, 0x30};
    static constexpr std::array<std::uint8_t, 19> kSha512{0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                                          0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                                          0x03, 0x05, 0x00, 0x04, 0x40};
    static constexpr std::array<std::uint8_t, 18> kSm3{0x30, 0x30, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x81, 0x1c,
                                                       0xcf, 0x55, 0x01, 0x83, 0x11, 0x05, 0x00, 0x04, 0x20};
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return kSha256;
        case DigestAlgorithm::sha384:
            return kSha384;
        case DigestAlgorithm::sha512:
            return kSha512;
        case DigestAlgorithm::sm3:
            return kSm3;
    }
    return {};
}

bool isAllZero(ByteView octets) {
    return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; });
}

}  // namespace

Bytes digestInfo(DigestAlgorithm algorithm, ByteView digest) {
    const ByteView prefix = digestInfoPrefix(algorithm);
    Bytes info(prefix.begin(), prefix.end());
    info.insert(info.end(), digest.begin(), digest.end());
    return info;
}

Bytes alignedPrivateKey(ByteView encrypted) {
    constexpr std::size_t kNumber = 32;
    constexpr std::size_t kField = 64;
    if (encrypted.size() != kNumber && encrypted.size() != kField)
        throw Error(ErrorCode::badRequest, "enveloped key: private key of a wrong length");
    if (isAllZero(encrypted)) throw Error(ErrorCode::badRequest, "enveloped key: private key is all zeros");
    const bool isWhole = encrypted.size() == kField && !isAllZero(encrypted.subspan(kNumber));
    if (isWhole) return {encrypted.begin(), encrypted.end()};
    Bytes aligned(kField - kNumber);
    const ByteView number = encrypted.first(kNumber);
    aligned.insert(aligned.end(), number.begin(), number.end());
    return aligned;
}

}  // namespace ukey::token
