// Whether a certificate descends from given issuers.
#pragma once

#include <chrono>
#include <vector>

#include "tokenlib/pki/certificate.hpp"

namespace ukey::pki {

/// Throws certificate-mismatch with the reason when `leaf` does not lead through `intermediates` to one of
/// `trusted` (roots, or issuing CAs that are trusted as they are): signatures (SM2 with the default user id),
/// CA flag, path length, validity at `time`. Keys and digests below 112 bits of strength are refused
/// (security.md 23). Revocation is not looked at.
void checkChain(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                const std::vector<Certificate>& trusted, std::chrono::sys_seconds time);

}  // namespace ukey::pki
