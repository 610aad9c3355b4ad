// How often a site may trouble the user (security.md 20): who says no again and again is left alone, for a
// user who is nagged says yes in the end.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace ukey::consent {

/// Counts the dialogs that a site got no answer to. After three there is a pause, and a longer one after each
/// further; nothing runs while nobody asks.
class Patience {
  public:
    using Clock = std::chrono::steady_clock;

    bool mayAsk(const std::string& site, Clock::time_point now = Clock::now()) {
        std::erase_if(sites_, [&](const auto& entry) { return now - entry.second.until >= kMemory; });
        const auto found = sites_.find(site);
        return found == sites_.end() || now >= found->second.until;
    }

    /// The user said no, or let the time run out.
    void refused(const std::string& site, Clock::time_point now = Clock::now()) {
        Standing& standing = standingOf(site, now);
        ++standing.refused;
        pauseAfter(standing, standing.refused, kRefusals, now);
    }
    /// The page took its question back. Reloading a page is no crime.
    void withdrawn(const std::string& site, Clock::time_point now = Clock::now()) {
        Standing& standing = standingOf(site, now);
        ++standing.withdrawn;
        pauseAfter(standing, standing.withdrawn, kWithdrawals, now);
    }
    /// The user did what was asked for.
    void answered(const std::string& site) { sites_.erase(site); }

  private:
    struct Standing {
        std::uint32_t refused = 0;
        std::uint32_t withdrawn = 0;
        Clock::time_point until;
    };

    Standing& standingOf(const std::string& site, Clock::time_point now) {
        return sites_.try_emplace(site, Standing{0, 0, now}).first->second;
    }
    static void pauseAfter(Standing& standing, std::uint32_t count, std::uint32_t free,
                           Clock::time_point now) {
        if (count < free) {
            standing.until = std::max(standing.until, now);
            return;
        }
        const std::uint32_t doublings = std::min(count - free, kDoublings);
        standing.until = std::max(standing.until, now + kFirstPause * (1U << doublings));
    }

    static constexpr std::uint32_t kRefusals = 3;
    static constexpr std::uint32_t kWithdrawals = 10;
    static constexpr std::chrono::minutes kFirstPause{2};
    static constexpr std::uint32_t kDoublings = 5;
    static constexpr std::chrono::hours kMemory{1};  ///< After the last pause.

    std::map<std::string, Standing> sites_;
};

}  // namespace ukey::consent
