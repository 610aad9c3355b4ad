// Whether a certificate descends from given issuers.
#pragma once

#include <chrono>
#include <vector>

#include "tokenlib/pki/certificate.hpp"

namespace ukey::pki {

/// Throws certificate-mismatch with its reason when no path leads from `leaf` through `intermediates`, in any
/// order, to one of `trusted` (roots, or issuing CAs that are trusted as they are): every path is tried, by
/// the DER of the names and by signatures that hold (SM2 with the default user id). Along it count CA flags,
/// path lengths, name constraints, validity at `time`, critical extensions. Keys and digests below 112 bits
/// of strength are refused. Revocation is not looked at.
void checkChain(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                const std::vector<Certificate>& trusted, std::chrono::sys_seconds time);

/// Throws certificate-mismatch, `extension`, for a critical extension that nothing here knows.
void checkCriticalExtensions(const Certificate& certificate);

}  // namespace ukey::pki
