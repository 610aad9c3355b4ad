// Which tokens are plugged in, and waiting until that changes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/gmt0016/skf.h"
#include "tokenlib/softtoken/platform/files.hpp"
#include "tokenlib/softtoken/platform/watch.hpp"

namespace ukey::softtoken {

/// Sorted.
std::vector<std::string> pluggedSerials();
/// Plugged or not, sorted.
std::vector<std::string> allSerials();

struct DeviceEvent {
    std::string serial;
    ULONG event = SKF_EVENT_INSERTED;
};

/// SKF_WaitForDevEvent and its cancelling. What happens between two waits is reported by the second.
class DeviceEvents {
  public:
    /// Begins to take note, if that did not happen yet: what is plugged in now is no event later.
    void start();

    /// Waits for an event and hands it to `deliver`; when that throws, the event is reported again. False
    /// when cancelled.
    bool next(const std::function<void(const DeviceEvent&)>& deliver);

    /// Ends all waits; when there is none, the next one.
    void cancel();

  private:
    using Plugged = std::map<std::string, platform::FileIdentity>;
    class Waiter;

    static Plugged look();
    std::optional<DeviceEvent> difference(const Plugged& now) const;
    void take(const DeviceEvent& event, const Plugged& now);

    std::mutex waiting_;  // one thread watches, others queue up
    std::mutex mutex_;    // guards all below
    std::unique_ptr<platform::FolderWatch> watch_;
    std::string folder_;  // of the tokens that are known
    std::optional<Plugged> known_;
    unsigned waiters_ = 0;
    unsigned cancelled_ = 0;  // waiters that have yet to return
};

DeviceEvents& deviceEvents();

}  // namespace ukey::softtoken
