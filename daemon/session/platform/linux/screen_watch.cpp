#include "daemon/session/screen_watch.hpp"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

#include "tokenlib/base/platform/idle_memory.hpp"

namespace ukey::session {
namespace {

namespace asio = boost::asio;

constexpr auto kLogind = "org.freedesktop.login1";
constexpr auto kManager = "org.freedesktop.login1.Manager";
constexpr auto kSession = "org.freedesktop.login1.Session";
constexpr auto kProperties = "org.freedesktop.DBus.Properties";
constexpr auto kOwnSignals = "type='signal',sender='org.freedesktop.login1',";

struct BusCloser {
    void operator()(sd_bus* bus) const noexcept { sd_bus_close_unref(bus); }
};

/// Whether the changed properties of a session say that nobody looks at it any more.
bool saysLeft(sd_bus_message* message) {
    if (sd_bus_message_skip(message, "s") < 0 || sd_bus_message_enter_container(message, 'a', "{sv}") < 0)
        return false;
    bool left = false;
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        const char* name = nullptr;
        if (sd_bus_message_read(message, "s", &name) < 0) return left;
        const std::string_view property = name;
        const bool ofInterest = property == "LockedHint" || property == "Active";
        int value = 0;
        if (ofInterest && sd_bus_message_read(message, "v", "b", &value) >= 0) {
            left = left || (property == "LockedHint") == (value != 0);
        } else if (!ofInterest) {
            sd_bus_message_skip(message, "v");
        }
        if (sd_bus_message_exit_container(message) < 0) return left;
    }
    return left;
}

}  // namespace

class ScreenWatch::Source : public std::enable_shared_from_this<Source> {
  public:
    Source(const asio::any_io_executor& executor, std::function<void()> left)
        : executor_(executor), descriptor_(executor), timer_(executor), left_(std::move(left)) {}

    void start() {
        sd_bus* bus = nullptr;
        const int opened = sd_bus_open_system(&bus);
        bus_.reset(bus);
        if (opened < 0) return unavailable(opened);
        if (const int added = addMatches(); added < 0) return unavailable(added);
        descriptor_.assign(sd_bus_get_fd(bus));
        asio::co_spawn(executor_, run(shared_from_this()), asio::detached);
    }

    void stop() {
        stopped_ = true;
        timer_.cancel();
        if (descriptor_.is_open()) descriptor_.release();  // It is the bus's to close.
    }

  private:
    static void unavailable(int reason) {
        spdlog::warn("logins do not end when the screen is locked: no system bus ({})",
                     std::strerror(-reason));
    }

    /// The bus passes on what matches and nothing else, so nothing else wakes this process.
    int addMatches() {
        const std::string own = kOwnSignals;
        const std::string lock = own + "interface='" + kSession + "',member='Lock'";
        const std::string changed = own + "interface='" + kProperties +
                                    "',member='PropertiesChanged',arg0='" + kSession +
                                    "',path_namespace='/org/freedesktop/login1/session'";
        const std::string sleep = own + "interface='" + kManager + "',member='PrepareForSleep'";
        int added = sd_bus_add_match_async(bus_.get(), nullptr, lock.c_str(), onLock, nullptr, this);
        if (added >= 0)
            added = sd_bus_add_match_async(bus_.get(), nullptr, changed.c_str(), onChanged, nullptr, this);
        if (added >= 0)
            added = sd_bus_add_match_async(bus_.get(), nullptr, sleep.c_str(), onSleep, onListening, this);
        return added;
    }

    static asio::awaitable<void> run(std::shared_ptr<Source> self) {
        for (;;) {
            int done = 0;
            while (!self->stopped_ && (done = sd_bus_process(self->bus_.get(), nullptr)) > 0) {
            }
            if (self->stopped_) co_return;
            if (done < 0) co_return self->lost(done);
            self->armTimer();
            const int events = sd_bus_get_events(self->bus_.get());
            const auto what = (events & POLLOUT) != 0 ? asio::posix::stream_descriptor::wait_write
                                                      : asio::posix::stream_descriptor::wait_read;
            boost::system::error_code ignored;
            co_await self->descriptor_.async_wait(what, asio::redirect_error(asio::use_awaitable, ignored));
        }
    }

    /// Only while an answer is awaited.
    void armTimer() {
        std::uint64_t microseconds = UINT64_MAX;
        const bool needed = sd_bus_get_timeout(bus_.get(), &microseconds) >= 0 && microseconds != UINT64_MAX;
        if (!needed) {
            timer_.cancel();
            return;
        }
        timer_.expires_at(std::chrono::steady_clock::time_point(std::chrono::microseconds(microseconds)));
        timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto source = weak.lock();
            if (source && !error && !source->stopped_) source->descriptor_.cancel();
        });
    }

    void lost(int reason) {
        spdlog::warn("the system bus is gone ({}): logins do not end any more when the screen is locked",
                     std::strerror(-reason));
        stop();
        left_();
    }

    void left(std::string_view why) {
        spdlog::info("{}: all logins end", why);
        left_();
    }

    /// Other users have screens of their own. Whose it is must be asked; who does not answer is taken for
    /// ours.
    void leftIfOurs(sd_bus_message* signal) {
        const int asked =
            sd_bus_call_method_async(bus_.get(), nullptr, kLogind, sd_bus_message_get_path(signal),
                                     kProperties, "Get", onOwner, this, "ss", kSession, "User");
        if (asked < 0) left("a screen was left");
    }

    static int onLock(sd_bus_message* message, void* context, sd_bus_error*) {
        static_cast<Source*>(context)->leftIfOurs(message);
        return 0;
    }

    static int onChanged(sd_bus_message* message, void* context, sd_bus_error*) {
        if (saysLeft(message)) static_cast<Source*>(context)->leftIfOurs(message);
        return 0;
    }

    static int onOwner(sd_bus_message* answer, void* context, sd_bus_error*) {
        std::uint32_t uid = 0;
        const bool known = sd_bus_message_is_method_error(answer, nullptr) == 0 &&
                           sd_bus_message_enter_container(answer, 'v', "(uo)") > 0 &&
                           sd_bus_message_enter_container(answer, 'r', "uo") > 0 &&
                           sd_bus_message_read(answer, "u", &uid) > 0;
        if (!known || uid == ::getuid()) static_cast<Source*>(context)->left("the screen was locked or left");
        return 0;
    }

    static int onSleep(sd_bus_message* message, void* context, sd_bus_error*) {
        int begins = 1;
        if (sd_bus_message_read(message, "b", &begins) < 0 || begins != 0)
            static_cast<Source*>(context)->left("the computer goes to sleep");
        return 0;
    }

    static int onListening(sd_bus_message* answer, void*, sd_bus_error*) {
        if (sd_bus_message_is_method_error(answer, nullptr) == 0)
            spdlog::info("logins end when the screen is locked or the computer goes to sleep");
        // The greeting took code and memory that listening does not need.
        platform::releaseIdleMemory();
        return 0;
    }

    asio::any_io_executor executor_;
    std::unique_ptr<sd_bus, BusCloser> bus_;
    asio::posix::stream_descriptor descriptor_;
    asio::steady_timer timer_;
    std::function<void()> left_;
    bool stopped_ = false;
};

ScreenWatch::ScreenWatch(const asio::any_io_executor& executor, std::function<void()> left)
    : source_(std::make_shared<Source>(executor, std::move(left))) {
    source_->start();
}
ScreenWatch::~ScreenWatch() { source_->stop(); }

}  // namespace ukey::session
