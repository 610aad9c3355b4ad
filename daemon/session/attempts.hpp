// How often something went wrong for an origin within a span (security.md 18).
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <string>

namespace ukey::session {

/// Counts failures by origin; nothing runs while nobody asks.
class Attempts {
  public:
    using Clock = std::chrono::steady_clock;

    Attempts(std::uint32_t most, Clock::duration span) : most_(most), span_(span) {}

    /// Whether there is room for one more failure.
    bool mayTry(const std::string& origin, Clock::time_point now = Clock::now()) {
        forget(now);
        const auto found = failures_.find(origin);
        return found == failures_.end() || found->second.size() < most_;
    }

    void failed(const std::string& origin, Clock::time_point now = Clock::now()) {
        failures_[origin].push_back(now);
    }

    void clear(const std::string& origin) { failures_.erase(origin); }

  private:
    void forget(Clock::time_point now) {
        for (auto entry = failures_.begin(); entry != failures_.end();) {
            auto& times = entry->second;
            while (!times.empty() && now - times.front() >= span_) times.pop_front();
            entry = times.empty() ? failures_.erase(entry) : std::next(entry);
        }
    }

    std::uint32_t most_;
    Clock::duration span_;
    std::map<std::string, std::deque<Clock::time_point>> failures_;
};

}  // namespace ukey::session
