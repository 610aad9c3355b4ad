// How long certificates are good for.
#pragma once

#include <optional>

#include "sandbox/ra/holder_certificates.hpp"
#include "sandbox/ra/orders.hpp"

namespace ukey::ra {

/// The same day so many calendar years later, at the same time (UTC); 29 February becomes 28 February where
/// there is none.
Time yearsAfter(Time time, std::int64_t years);

/// When the certificates of the order end if they are issued now: 延期 counts from the old expiry, or from
/// today when that is past; 变更 and 补办 keep the expiry.
Time expiryOf(const Order& order, const std::optional<HolderCertificate>& old, Time now);

/// Of a renewal by so many years.
Time renewedExpiry(const HolderCertificate& old, std::int64_t years, Time now);

}  // namespace ukey::ra
