// When what a user does counts as an answer (security.md 14): only after the dialog can have been seen. One
// rule for the windows of all systems.
#pragma once

#include <chrono>

namespace ukey::prompt {

/// What is typed into a page while the window opens answers nothing, and puts the moment off. It comes after
/// a second without keys, or with a pointer click, which answers nothing itself.
class Attention {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kQuiet{1000};

    /// The window is on the screen.
    void shown(Clock::time_point now) {
        shown_ = true;
        shownSince_ = now;
        quietSince_ = now;
    }
    /// Another window has the keyboard: nothing counts until it is back, and then the wait begins anew.
    void away() {
        away_ = true;
        clicked_ = false;
    }
    void back(Clock::time_point now) {
        away_ = false;
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
        if (shown_ && now - shownSince_ >= kQuiet / 2) clicked_ = true;
        return false;
    }
    /// Text was typed where none is asked for: it was meant for something else.
    void astray(Clock::time_point now) {
        clicked_ = false;
        quietSince_ = now;
    }

    bool isThere(Clock::time_point now) const {
        return shown_ && !away_ && (clicked_ || now - quietSince_ >= kQuiet);
    }
    Clock::time_point earliest() const { return quietSince_ + kQuiet; }

  private:
    bool shown_ = false;
    bool away_ = false;
    bool clicked_ = false;
    Clock::time_point shownSince_;
    Clock::time_point quietSince_;
};

}  // namespace ukey::prompt
