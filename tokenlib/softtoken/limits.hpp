// What a soft token takes at once.
#pragma once

#include "tokenlib/gmt0016/skf.h"

namespace ukey::softtoken {

inline constexpr ULONG kMaxDeviceName = 32;   // with its end
inline constexpr ULONG kMaxEccBuffer = 1024;  // octets of an SM2 encryption
inline constexpr ULONG kMaxBuffer = 65'536;   // octets of a cipher, digest or MAC call
inline constexpr ULONG kMaxPinTries = 15;
inline constexpr ULONG kMaxApplications = 4;
inline constexpr ULONG kMaxFiles = 32;

}  // namespace ukey::softtoken
