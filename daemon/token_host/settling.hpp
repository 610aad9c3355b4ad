// After devices came or went: a device announces itself with several events, and a reader needs a while until
// it is ready. So what is to be done is done twice, after the last event.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>

#include "tokenlib/async/deadline.hpp"

namespace ukey::token_host {

/// To be used on the executor's thread.
class Settling {
  public:
    Settling(const boost::asio::any_io_executor& executor, std::function<void()> onChange)
        : next_(executor, [this] { settled(); }), onChange_(std::move(onChange)) {}

    void begin() {
        round_ = 0;
        if (onChange_) next_.set(kRounds[round_]);
    }
    /// Whoever still holds it begins nothing any more.
    void end() {
        onChange_ = nullptr;
        next_.clear();
    }

  private:
    static constexpr std::array<std::chrono::milliseconds, 2> kRounds{std::chrono::milliseconds(300),
                                                                      std::chrono::milliseconds(2000)};
    void settled() {
        onChange_();
        if (onChange_ && ++round_ < kRounds.size()) next_.set(kRounds[round_]);
    }

    Deadline next_;
    std::function<void()> onChange_;
    std::size_t round_ = 0;
};

}  // namespace ukey::token_host
