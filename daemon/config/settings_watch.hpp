// Changes of what the configuration is read from, while ukeyd runs.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "daemon/config/config.hpp"

namespace ukey::config {

/// Calls `changed`, on the executor, when something may have changed where `sources` has its settings: the
/// folders of its files, also when they come later, and on Windows the policies of the registry (and there
/// only folders that are there when it begins). Everything on the executor's thread.
class SettingsWatch {
  public:
    /// Throws std::system_error when the system lets nothing be watched.
    SettingsWatch(const boost::asio::any_io_executor& executor, const Sources& sources,
                  std::function<void()> changed);
    ~SettingsWatch();
    SettingsWatch(const SettingsWatch&) = delete;
    SettingsWatch& operator=(const SettingsWatch&) = delete;

  private:
    class State;
    std::shared_ptr<State> state_;
};

}  // namespace ukey::config
