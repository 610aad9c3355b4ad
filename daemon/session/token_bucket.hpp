// How many requests may come, and how fast (security.md 34).
#pragma once

#include <algorithm>
#include <chrono>

namespace ukey::session {

/// Holds `burst` tokens at first and at most; `rate` flow in every second. Nothing runs while nobody asks.
class TokenBucket {
  public:
    using Clock = std::chrono::steady_clock;

    TokenBucket(double rate, double burst, Clock::time_point now)
        : rate_(rate), burst_(burst), level_(burst), filled_(now) {}

    bool take(Clock::time_point now) noexcept {
        fill(now);
        if (level_ < 1) return false;
        level_ -= 1;
        return true;
    }

    /// Takes as much even when there is not so much; gives how long it will be until nothing is owed.
    Clock::duration charge(double amount, Clock::time_point now) noexcept {
        fill(now);
        level_ -= amount;
        if (level_ >= 0) return Clock::duration::zero();
        return std::chrono::ceil<Clock::duration>(std::chrono::duration<double>(-level_ / rate_));
    }

    bool isFull(Clock::time_point now) noexcept {
        fill(now);
        return level_ >= burst_;
    }

  private:
    void fill(Clock::time_point now) noexcept {
        level_ = std::min(burst_, level_ + rate_ * std::chrono::duration<double>(now - filled_).count());
        filled_ = now;
    }

    double rate_;
    double burst_;
    double level_;
    Clock::time_point filled_;
};

}  // namespace ukey::session
