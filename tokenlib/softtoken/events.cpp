#include "tokenlib/softtoken/events.hpp"

#include "tokenlib/softtoken/layout.hpp"

namespace ukey::softtoken {

std::vector<std::string> allSerials() {
    std::vector<std::string> serials;
    for (std::string& name : platform::foldersIn(tokensFolder()))
        if (isSerial(name) && platform::identityOf(pathsOf(name).state).exists)
            serials.push_back(std::move(name));
    return serials;
}

std::vector<std::string> pluggedSerials() {
    std::vector<std::string> serials;
    for (std::string& serial : allSerials())
        if (platform::identityOf(pathsOf(serial).plugged).exists) serials.push_back(std::move(serial));
    return serials;
}

DeviceEvents::Plugged DeviceEvents::look() {
    Plugged plugged;
    for (std::string& serial : allSerials()) {
        const auto identity = platform::identityOf(pathsOf(serial).plugged);
        if (identity.exists) plugged.emplace(std::move(serial), identity);
    }
    return plugged;
}

void DeviceEvents::start() {
    const std::lock_guard guard(mutex_);
    const std::string folder = tokensFolder();
    if (known_ && folder_ == folder) return;
    known_ = look();
    folder_ = folder;
}

std::optional<DeviceEvent> DeviceEvents::difference(const Plugged& now) const {
    for (const auto& [serial, identity] : *known_) {
        const auto found = now.find(serial);
        // Pulled out and in again is two events.
        if (found == now.end() || found->second != identity) return DeviceEvent{serial, SKF_EVENT_REMOVED};
    }
    for (const auto& [serial, identity] : now)
        if (!known_->contains(serial)) return DeviceEvent{serial, SKF_EVENT_INSERTED};
    return std::nullopt;
}

void DeviceEvents::take(const DeviceEvent& event, const Plugged& now) {
    if (event.event == SKF_EVENT_REMOVED)
        known_->erase(event.serial);
    else
        known_->insert_or_assign(event.serial, now.at(event.serial));
}

class DeviceEvents::Waiter {
  public:
    explicit Waiter(DeviceEvents& events) : events_(events) {
        const std::lock_guard guard(events_.mutex_);
        ++events_.waiters_;
    }
    ~Waiter() {
        const std::lock_guard guard(events_.mutex_);
        --events_.waiters_;
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

  private:
    DeviceEvents& events_;
};

bool DeviceEvents::next(const std::function<void(const DeviceEvent&)>& deliver) {
    start();
    const Waiter waiter(*this);
    const std::lock_guard turn(waiting_);
    for (;;) {
        {
            const std::lock_guard guard(mutex_);
            if (cancelled_ > 0) {
                --cancelled_;
                return false;
            }
            if (!watch_) watch_ = std::make_unique<platform::FolderWatch>();
            // First the watches, then the look: nothing can happen in between unseen.
            watch_->cover(tokensFolder());
            const Plugged now = look();
            if (const auto event = difference(now)) {
                deliver(*event);
                take(*event, now);
                return true;
            }
        }
        watch_->wait();
    }
}

void DeviceEvents::cancel() {
    const std::lock_guard guard(mutex_);
    cancelled_ = waiters_ > 0 ? waiters_ : 1;
    if (watch_) watch_->wake();
}

DeviceEvents& deviceEvents() {
    static DeviceEvents events;
    return events;
}

}  // namespace ukey::softtoken
