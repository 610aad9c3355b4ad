#include "sandbox/ra/validity.hpp"

#include <algorithm>

namespace ukey::ra {

Time yearsAfter(Time time, std::int64_t years) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    auto later = date + std::chrono::years(years);
    if (!later.ok()) later = later.year() / later.month() / std::chrono::last;
    return std::chrono::sys_days(later) + (time - day);
}

Time renewedExpiry(const HolderCertificate& old, std::int64_t years, Time now) {
    return yearsAfter(std::max(old.notAfter, now), years);
}

Time expiryOf(const Order& order, const std::optional<HolderCertificate>& old, Time now) {
    if (order.kind == "issue") return yearsAfter(now, order.years);
    if (order.kind == "renew") return renewedExpiry(*old, order.years, now);
    return old->notAfter;
}

}  // namespace ukey::ra
