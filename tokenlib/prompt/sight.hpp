// How the windows of one question lie, for the page that waits for it.
#pragma once

#include <functional>
#include <utility>

namespace ukey::prompt {

/// Told when the window may be overlooked, and when it is no longer so.
using OnOverlooked = std::function<void(bool isOverlooked)>;

/// Passes changes on, and of a window that goes back and forth only the first few: whoever shows it may be
/// wrong, or mean harm.
class Sight {
  public:
    explicit Sight(OnOverlooked told) : told_(std::move(told)) {}

    void overlooked(bool is) {
        if (is == is_ || (is && left_ == 0)) return;
        if (is) --left_;
        is_ = is;
        if (told_) told_(is);
    }
    /// There is no window any more, nor does another follow.
    void over() {
        overlooked(false);
        told_ = nullptr;
    }

  private:
    static constexpr unsigned kMost = 8;

    OnOverlooked told_;
    unsigned left_ = kMost;
    bool is_ = false;
};

}  // namespace ukey::prompt
