// When what a user does counts as an answer (security.md 14): only after the window can have been seen.
#pragma once

#include <chrono>

namespace ukey::window {

/// What is typed into a page while the window opens answers nothing, and puts the moment off. It comes after
/// a second without keys, or with a pointer click, which answers nothing itself.
class Attention {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kQuiet{1000};

    /// The window is on the screen.
    void shown(Clock::time_point now) {
        shown_ = true;
        quietSince_ = now;
    }
    /// A key was pressed; whether it counts.
    bool key(Clock::time_point now) {
        if (isThere(now)) return true;
        quietSince_ = now;
        return false;
    }
    /// A pointer button was pressed in the window; whether it counts.
    bool click(Clock::time_point now) {
        if (isThere(now)) return true;
        // A double click of the page's falls on what opens beneath it.
        if (shown_ && now - quietSince_ >= kQuiet / 2) clicked_ = true;
        return false;
    }
    /// Text was typed where none is asked for: it was meant for something else.
    void astray(Clock::time_point now) {
        clicked_ = false;
        quietSince_ = now;
    }

    bool isThere(Clock::time_point now) const { return shown_ && (clicked_ || now - quietSince_ >= kQuiet); }
    Clock::time_point earliest() const { return quietSince_ + kQuiet; }

  private:
    bool shown_ = false;
    bool clicked_ = false;
    Clock::time_point quietSince_;
};

}  // namespace ukey::window
