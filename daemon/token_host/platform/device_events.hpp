// Plugging and unplugging as the operating system sees it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

namespace ukey::token_host {

class DeviceEvents {
  public:
    virtual ~DeviceEvents() = default;

    /// Calls back on the executor, some time after devices came or went: readers need a moment until they are
    /// ready, so it may call twice for one event. Null when the system offers no such events.
    static std::unique_ptr<DeviceEvents> open(const boost::asio::any_io_executor& executor,
                                              std::function<void()> onChange);
};

}  // namespace ukey::token_host
