#include "daemon/session/platform/linux/bus.hpp"

#include <poll.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <utility>

namespace ukey::session {

namespace asio = boost::asio;

Bus::Bus(const asio::any_io_executor& executor, std::function<void(int)> lost)
    : executor_(executor),
      descriptor_(executor),
      deadline_(executor, [this] { descriptor_.cancel(); }),
      lost_(std::move(lost)) {}

void Bus::start(sd_bus* bus) {
    bus_.reset(bus);
    descriptor_.assign(sd_bus_get_fd(bus));
    asio::co_spawn(executor_, run(shared_from_this()), asio::detached);
}

void Bus::stop() {
    stopped_ = true;
    deadline_.clear();
    if (descriptor_.is_open()) descriptor_.release();  // It is the bus's to close.
}

asio::awaitable<void> Bus::run(std::shared_ptr<Bus> self) {
    for (;;) {
        int done = 0;
        while (!self->stopped_ && (done = sd_bus_process(self->bus_.get(), nullptr)) > 0) {
        }
        if (self->stopped_) co_return;
        if (done < 0) {
            self->stop();
            self->lost_(-done);
            co_return;
        }
        self->armTimer();
        const int events = sd_bus_get_events(self->bus_.get());
        const auto what = (events & POLLOUT) != 0 ? asio::posix::stream_descriptor::wait_write
                                                  : asio::posix::stream_descriptor::wait_read;
        boost::system::error_code ignored;
        co_await self->descriptor_.async_wait(what, asio::redirect_error(asio::use_awaitable, ignored));
    }
}

void Bus::armTimer() {
    std::uint64_t microseconds = UINT64_MAX;
    const bool needed = sd_bus_get_timeout(bus_.get(), &microseconds) >= 0 && microseconds != UINT64_MAX;
    if (!needed) return deadline_.clear();
    deadline_.set(Deadline::Clock::time_point(std::chrono::microseconds(microseconds)));
}

}  // namespace ukey::session
