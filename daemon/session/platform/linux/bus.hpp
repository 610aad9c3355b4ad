// A D-Bus connection that is listened to on the network thread.
#pragma once

#include <systemd/sd-bus.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

#include "tokenlib/async/deadline.hpp"

namespace ukey::session {

/// Nothing runs while the bus is silent; a timer only while an answer is awaited.
class Bus : public std::enable_shared_from_this<Bus> {
  public:
    /// `lost` is called once, with a reason of errno's, when the connection ends by itself.
    Bus(const boost::asio::any_io_executor& executor, std::function<void(int)> lost);

    /// Takes over what sd_bus_open_* gave; from now on its callbacks are called.
    void start(sd_bus* bus);
    /// No callback is called any more.
    void stop();

  private:
    struct Closer {
        void operator()(sd_bus* bus) const noexcept { sd_bus_close_unref(bus); }
    };

    static boost::asio::awaitable<void> run(std::shared_ptr<Bus> self);
    void armTimer();

    boost::asio::any_io_executor executor_;
    std::unique_ptr<sd_bus, Closer> bus_;
    boost::asio::posix::stream_descriptor descriptor_;
    Deadline deadline_;
    std::function<void(int)> lost_;
    bool stopped_ = false;
};

}  // namespace ukey::session
