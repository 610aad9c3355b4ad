#include "tokenlib/async/event.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <deque>

namespace ukey {
namespace {

namespace asio = boost::asio;

class WaitingForAnEvent : public testing::Test {
  protected:
    asio::awaitable<void> waitOnce() {
        auto told = event_.wait();
        co_await std::move(told);
        ++woken_;
    }
    asio::awaitable<void> waitForever() {
        for (;;) {
            auto once = waitOnce();
            co_await std::move(once);
        }
    }
    void start(asio::awaitable<void> waiter) {
        asio::co_spawn(context_, std::move(waiter),
                       asio::bind_cancellation_slot(signals_.emplace_back().slot(),
                                                    [this](std::exception_ptr error) { error_ = error; }));
        runAll();
    }
    void runAll() {
        context_.restart();
        context_.poll();
    }

    asio::io_context context_{1};
    Event event_{context_.get_executor()};
    std::deque<asio::cancellation_signal> signals_;  ///< One each: a slot takes one coroutine.
    std::exception_ptr error_;
    int woken_ = 0;
};

TEST_F(WaitingForAnEvent, all_areWokenOnceAndNotWithinTheCall) {
    start(waitOnce());
    start(waitOnce());
    EXPECT_EQ(woken_, 0);
    event_.notify();
    EXPECT_EQ(woken_, 0);
    runAll();
    EXPECT_EQ(woken_, 2);
}

TEST_F(WaitingForAnEvent, whoComesAfterwards_waitsForTheNext) {
    event_.notify();
    start(waitOnce());
    EXPECT_EQ(woken_, 0);
    event_.notify();
    runAll();
    EXPECT_EQ(woken_, 1);
}

TEST_F(WaitingForAnEvent, whoWaitsAgain_isWokenByEach) {
    start(waitForever());
    for (int i = 1; i <= 3; ++i) {
        event_.notify();
        runAll();
        EXPECT_EQ(woken_, i);
    }
    signals_.back().emit(asio::cancellation_type::terminal);
    runAll();
}

TEST_F(WaitingForAnEvent, cancelledCoroutine_doesNotWaitOn) {
    start(waitForever());
    signals_.back().emit(asio::cancellation_type::terminal);
    runAll();
    ASSERT_TRUE(error_);
    EXPECT_THROW(std::rethrow_exception(error_), boost::system::system_error);
}

}  // namespace
}  // namespace ukey
