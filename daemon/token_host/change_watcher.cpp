#include "daemon/token_host/change_watcher.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <utility>

namespace ukey::token_host {
namespace {

// A driver whose event returns at once and always would keep a core busy.
constexpr unsigned kMaxFruitless = 20;
constexpr std::chrono::seconds kFruitlessSpan{2};

/// Counts returns without a change that come in quick succession.
class Patience {
  public:
    bool endsWith(bool different) {
        const auto now = std::chrono::steady_clock::now();
        if (different || now - since_ > kFruitlessSpan) {
            since_ = now;
            fruitless_ = 0;
        }
        return ++fruitless_ > kMaxFruitless;
    }

  private:
    std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
    unsigned fruitless_ = 0;
};

}  // namespace

ChangeWatcher::ChangeWatcher(boost::asio::io_context& context, token::Driver& driver,
                             std::function<bool()> look, std::function<void()> onNoEvents)
    : context_(context),
      driver_(driver),
      look_(std::move(look)),
      onNoEvents_(std::move(onNoEvents)),
      thread_([this](const std::stop_token& stop) { wait(stop); }) {}

ChangeWatcher::~ChangeWatcher() {
    thread_.request_stop();
    driver_.stopWaiting();
    thread_.join();
}

void ChangeWatcher::wait(const std::stop_token& stop) {
    Patience patience;
    try {
        while (!stop.stop_requested()) {
            driver_.waitForChange();
            if (stop.stop_requested()) return;
            if (patience.endsWith(lookAndWait(stop))) break;
        }
    } catch (const std::exception&) {
        // The driver has no event that works; the bus has.
    }
    if (!stop.stop_requested()) boost::asio::post(context_, [this] { useDeviceEvents(); });
}

bool ChangeWatcher::lookAndWait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    looking_ = true;
    boost::asio::post(context_, [this] {
        const bool different = look_();
        const std::lock_guard guard(mutex_);
        different_ = different;
        looking_ = false;
        looked_.notify_one();
    });
    looked_.wait(lock, stop, [this] { return !looking_; });
    return different_;
}

void ChangeWatcher::useDeviceEvents() {
    deviceEvents_ = DeviceEvents::open(context_.get_executor(), [this] { (void)look_(); });
    onNoEvents_();
    // What changed while nobody watched.
    (void)look_();
}

}  // namespace ukey::token_host
