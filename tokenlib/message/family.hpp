// Who reads a message.
#pragma once

#include <cstdint>

namespace ukey::cms {

/// By which identifiers a message calls itself and its parts: those of GM/T 0010 (GB/T 35275), or those of
/// PKCS#7 and CMS, which many write with SM algorithms inside as well.
enum class Family : std::uint8_t { gm, cms };

}  // namespace ukey::cms
