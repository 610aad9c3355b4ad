// Session keys: what algorithms they may serve, and their handles.
#pragma once

#include "tokenlib/softtoken/handles.hpp"

namespace ukey::softtoken {

/// The mode of a cipher algorithm; nothing for SGD_SM4_MAC. Throws SAR_NOTSUPPORTYETERR for all but SM4.
std::optional<Sm4Mode> modeOf(ULONG algorithm);
inline void requireSessionAlgorithm(ULONG algorithm) { (void)modeOf(algorithm); }

Secret newSessionKey();
HANDLE addSessionKey(const std::shared_ptr<DeviceHandle>& device, Secret key, ULONG algorithm);

}  // namespace ukey::softtoken
