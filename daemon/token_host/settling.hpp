// After devices came or went: a device announces itself with several events, and a reader needs a while until
// it is ready. So what is to be done is done twice, after the last event.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace ukey::token_host {

/// Shared with its handlers, which may still be queued when the owner goes; to be used on the executor's
/// thread.
class Settling : public std::enable_shared_from_this<Settling> {
  public:
    Settling(const boost::asio::any_io_executor& executor, std::function<void()> onChange)
        : timer_(executor), onChange_(std::move(onChange)) {}

    void begin() { settle(0); }
    void end() {
        onChange_ = nullptr;
        timer_.cancel();
    }

  private:
    static constexpr std::array<std::chrono::milliseconds, 2> kRounds{std::chrono::milliseconds(300),
                                                                      std::chrono::milliseconds(2000)};
    void settle(std::size_t round) {
        timer_.expires_after(kRounds[round]);
        timer_.async_wait([self = shared_from_this(), round](const boost::system::error_code& error) {
            if (error || !self->onChange_) return;
            self->onChange_();
            if (self->onChange_ && round + 1 < kRounds.size()) self->settle(round + 1);
        });
    }

    boost::asio::steady_timer timer_;
    std::function<void()> onChange_;
};

}  // namespace ukey::token_host
