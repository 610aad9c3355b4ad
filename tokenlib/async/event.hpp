// Something that coroutines wait for and others tell of.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ukey {

/// "Something has changed, look again": the one way in which a coroutine waits for what another one does.
/// Asio has none of its own for this; a timer that never runs out, and is cancelled instead, wakes all who
/// wait on it, is withdrawn like every other wait when its coroutine is, and needs no lock, as all of it is
/// on one executor.
///
/// It remembers nothing: who comes after notify() waits for the next one. So what is waited for is a
/// condition of its own, and the wait a loop around it:
///
///     while (!condition) {
///         auto changed = event.wait();
///         co_await std::move(changed);
///     }
///
/// A condition that can never come true any more has to end the loop as well, and whoever makes it so
/// notifies. The event has to live until its waiters have gone on: they wait on it through an object that
/// they share.
class Event {
  public:
    explicit Event(const boost::asio::any_io_executor& executor)
        : timer_(executor, boost::asio::steady_timer::time_point::max()) {}

    /// Wakes all who wait now, in their own turn: none of them runs within this call.
    void notify() { timer_.cancel(); }

    /// Until the next notify(); or until the coroutine is cancelled, whose next wait then throws.
    boost::asio::awaitable<void> wait() {
        boost::system::error_code woken;
        co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }

  private:
    boost::asio::steady_timer timer_;
};

}  // namespace ukey
