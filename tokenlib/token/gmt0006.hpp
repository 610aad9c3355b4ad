// Identifiers of symmetric algorithms by which keys travel to tokens: GM/T 0006, and two of the project's
// own.
#pragma once

#include <cstdint>

namespace ukey::token {

inline constexpr std::uint32_t kSgdSm1Ecb = 0x101;
inline constexpr std::uint32_t kSgdSsf33Ecb = 0x201;
inline constexpr std::uint32_t kSgdSm4Ecb = 0x401;
inline constexpr std::uint32_t kSgdSm4Cbc = 0x402;

/// GM/T 0006 has none for AES: CBC with padding, and key wrap with padding.
inline constexpr std::uint32_t kAesCbcPad = 0x1001;
inline constexpr std::uint32_t kAesKeyWrapPad = 0x1002;

}  // namespace ukey::token
