// When a dialog's window may be overlooked: it is on the screen, and the user works in another. One rule for
// the windows of all systems.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

namespace ukey::prompt {

/// Tells when who waits for the dialog should send the user to its window, and when that is over.
class Overlooked {
  public:
    using Clock = std::chrono::steady_clock;
    /// A window that has just opened is not there at once: systems take a moment to give it the keyboard.
    static constexpr std::chrono::milliseconds kMoment{500};

    /// Another window has the keyboard.
    void away(Clock::time_point now) {
        if (!awaySince_) awaySince_ = now;
    }
    void back() { awaySince_.reset(); }

    /// What changed since it was last asked: whether the window may be overlooked.
    std::optional<bool> news(Clock::time_point now) {
        const bool is = awaySince_ && now - *awaySince_ >= kMoment;
        if (std::exchange(told_, is) == is) return std::nullopt;
        return is;
    }

    /// When to ask for news, where nothing else happens until then.
    std::optional<Clock::time_point> due() const {
        if (!awaySince_ || told_) return std::nullopt;
        return *awaySince_ + kMoment;
    }

  private:
    std::optional<Clock::time_point> awaySince_;
    bool told_ = false;
};

}  // namespace ukey::prompt
