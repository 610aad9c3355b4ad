// What happens when a time is over.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace ukey {

/// Does something once when its time is over, unless it is set anew, cleared or gone before. A timer that has
/// run out cannot be cancelled any more, as its handler is queued already: that handler looks here whether it
/// still counts. To be used on one executor.
class Deadline {
  public:
    using Clock = std::chrono::steady_clock;

    /// `passed` never runs within a call of this object, and may set it anew or end it.
    Deadline(const boost::asio::any_io_executor& executor, std::function<void()> passed)
        : timer_(executor), passed_(std::move(passed)) {}
    ~Deadline() { clear(); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void set(Clock::time_point at) {
        clear();
        armed_ = std::make_shared<Deadline*>(this);
        timer_.expires_at(at);
        timer_.async_wait([armed = armed_](const boost::system::error_code& error) {
            if (error || *armed == nullptr) return;
            Deadline& self = **armed;
            self.armed_.reset();
            // A copy: what it leads to may end this object.
            const auto passed = self.passed_;
            passed();
        });
    }
    void set(Clock::duration after) { set(Clock::now() + after); }
    /// Moves it nearer, never away: for who looks at the true time when it passes.
    void setNoLater(Clock::time_point latest) {
        if (!armed_ || timer_.expiry() > latest) set(latest);
    }

    void clear() {
        if (!armed_) return;
        *std::exchange(armed_, nullptr) = nullptr;
        timer_.cancel();
    }

    /// Nothing where it is not set, or has passed.
    std::optional<Clock::time_point> at() const {
        return armed_ ? std::optional(timer_.expiry()) : std::nullopt;
    }

  private:
    boost::asio::steady_timer timer_;
    std::function<void()> passed_;
    std::shared_ptr<Deadline*> armed_;  ///< Null within for a handler that came too late.
};

}  // namespace ukey
