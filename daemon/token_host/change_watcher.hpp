// Notices that tokens come and go, without polling: by the driver's own event, or by the system's device
// events when the driver has none. Those do not tell of a card in a reader that stays: who listens looks
// then.
#pragma once

#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "daemon/token_host/platform/device_events.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::token_host {

class ChangeWatcher {
  public:
    /// `look` runs on the thread of `context`; it says whether anything was different.
    /// `onNoEvents` is called once, there too, when the driver turns out to have no event.
    ChangeWatcher(boost::asio::io_context& context, token::Driver& driver, std::function<bool()> look,
                  std::function<void()> onNoEvents);
    ~ChangeWatcher();
    ChangeWatcher(const ChangeWatcher&) = delete;
    ChangeWatcher& operator=(const ChangeWatcher&) = delete;

  private:
    void wait(const std::stop_token& stop);
    bool lookAndWait(const std::stop_token& stop);
    void useDeviceEvents();

    boost::asio::io_context& context_;
    token::Driver& driver_;
    std::function<bool()> look_;
    std::function<void()> onNoEvents_;
    std::unique_ptr<DeviceEvents> deviceEvents_;

    std::mutex mutex_;
    std::condition_variable_any looked_;
    bool looking_ = false;
    bool different_ = false;
    std::jthread thread_;  // Last: it uses all of the above.
};

}  // namespace ukey::token_host
