#include "daemon/session/screen_watch.hpp"

#include <spdlog/spdlog.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/session/platform/linux/bus.hpp"
#include "tokenlib/base/platform/idle_memory.hpp"

namespace ukey::session {
namespace {

namespace asio = boost::asio;

constexpr auto kLogind = "org.freedesktop.login1";
constexpr auto kManager = "org.freedesktop.login1.Manager";
constexpr auto kSession = "org.freedesktop.login1.Session";
constexpr auto kProperties = "org.freedesktop.DBus.Properties";
constexpr auto kOwnSignals = "type='signal',sender='org.freedesktop.login1',";

/// Where desktops tell of their lockers, on the session's bus, some of them there alone: a signal with
/// whether the screen is locked now. GNOME, KDE, MATE, Cinnamon, Xfce, UKUI and light-locker differ in the
/// interface's name.
constexpr std::array<const char*, 5> kLockerMatches{
    "type='signal',member='ActiveChanged'", "type='signal',interface='org.ukui.ScreenSaver',member='lock'",
    "type='signal',interface='com.deepin.dde.lockFront',member='Visible'",
    "type='signal',interface='org.deepin.dde.LockFront1',member='Visible'",
    "type='signal',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
    "path_namespace='/com/deepin/SessionManager'"};

/// Whether the changed properties of a session say that nobody looks at it any more.
bool saysLeft(sd_bus_message* message) {
    if (sd_bus_message_skip(message, "s") < 0 || sd_bus_message_enter_container(message, 'a', "{sv}") < 0)
        return false;
    bool left = false;
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        const char* name = nullptr;
        if (sd_bus_message_read(message, "s", &name) < 0) return left;
        const std::string_view property = name;
        const bool locks = property == "LockedHint" || property == "Locked";
        const bool ofInterest = locks || property == "Active";
        int value = 0;
        if (ofInterest && sd_bus_message_read(message, "v", "b", &value) >= 0) {
            left = left || locks == (value != 0);
        } else if (!ofInterest) {
            sd_bus_message_skip(message, "v");
        }
        if (sd_bus_message_exit_container(message) < 0) return left;
    }
    return left;
}

/// A locker's word that the screen is locked; UKUI says it with the signal's name.
bool isLocked(sd_bus_message* signal) {
    const std::string_view member = sd_bus_message_get_member(signal);
    if (member == "PropertiesChanged") return saysLeft(signal);
    const std::string_view interface = sd_bus_message_get_interface(signal);
    if (member == "ActiveChanged" && !interface.ends_with(".ScreenSaver")) return false;
    int value = 0;
    return member == "lock" || (sd_bus_message_read(signal, "b", &value) >= 0 && value != 0);
}

}  // namespace

class ScreenWatch::Source {
  public:
    Source(const asio::any_io_executor& executor, std::function<void()> left)
        : logind_(std::make_shared<Bus>(executor, [this](int reason) { lost("system", reason); })),
          lockers_(std::make_shared<Bus>(executor, [this](int reason) { lost("session", reason); })),
          left_(std::move(left)) {}
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    ~Source() {
        logind_->stop();
        lockers_->stop();
    }

    void start() {
        if (sd_bus* bus = listening("system", sd_bus_open_system, &Source::addLogind)) logind_->start(bus);
        if (sd_bus* bus = listening("session", sd_bus_open_user, &Source::addLockers)) lockers_->start(bus);
    }

  private:
    /// Null when there is no such bus.
    sd_bus* listening(const char* name, int (*open)(sd_bus**), int (Source::*addMatches)(sd_bus*)) {
        sd_bus* bus = nullptr;
        int result = open(&bus);
        if (result >= 0) result = (this->*addMatches)(bus);
        if (result >= 0) return bus;
        sd_bus_close_unref(bus);
        spdlog::warn("who locks the screen is not heard on the {0} bus: no {0} bus ({1})", name,
                     std::strerror(-result));
        return nullptr;
    }

    /// A bus passes on what matches and nothing else, so nothing else wakes this process.
    int addLogind(sd_bus* bus) {
        const std::string own = kOwnSignals;
        const std::string lock = own + "interface='" + kSession + "',member='Lock'";
        const std::string changed = own + "interface='" + kProperties +
                                    "',member='PropertiesChanged',arg0='" + kSession +
                                    "',path_namespace='/org/freedesktop/login1/session'";
        const std::string sleep = own + "interface='" + kManager + "',member='PrepareForSleep'";
        int added = sd_bus_add_match_async(bus, nullptr, lock.c_str(), onLock, nullptr, this);
        if (added >= 0)
            added = sd_bus_add_match_async(bus, nullptr, changed.c_str(), onChanged, nullptr, this);
        if (added >= 0)
            added = sd_bus_add_match_async(bus, nullptr, sleep.c_str(), onSleep, onListening, this);
        return added;
    }

    int addLockers(sd_bus* bus) {
        int added = 0;
        for (const char* match : kLockerMatches) {
            const bool isLast = match == kLockerMatches.back();
            if (added >= 0)
                added = sd_bus_add_match_async(bus, nullptr, match, onLocker,
                                               isLast ? onListeningToLockers : nullptr, this);
        }
        return added;
    }

    void lost(const char* bus, int reason) {
        spdlog::warn("the {} bus is gone ({}): it does not tell any more when the screen is locked", bus,
                     std::strerror(reason));
        left_();
    }

    void left(std::string_view why) {
        spdlog::info("{}: all logins end", why);
        left_();
    }

    /// Other users have screens of their own. Whose it is must be asked; who does not answer is taken for
    /// ours.
    void leftIfOurs(sd_bus_message* signal) {
        const int asked = sd_bus_call_method_async(sd_bus_message_get_bus(signal), nullptr, kLogind,
                                                   sd_bus_message_get_path(signal), kProperties, "Get",
                                                   onOwner, this, "ss", kSession, "User");
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

    static int onLocker(sd_bus_message* signal, void* context, sd_bus_error*) {
        if (isLocked(signal)) static_cast<Source*>(context)->left("the desktop locked the screen");
        return 0;
    }

    static int onListeningToLockers(sd_bus_message*, void*, sd_bus_error*) {
        spdlog::info("logins end when the desktop's locker says so");
        return 0;
    }

    static int onListening(sd_bus_message* answer, void*, sd_bus_error*) {
        if (sd_bus_message_is_method_error(answer, nullptr) == 0)
            spdlog::info("logins end when the screen is locked or the computer goes to sleep");
        // The greeting took code and memory that listening does not need.
        platform::releaseIdleMemory();
        return 0;
    }

    std::shared_ptr<Bus> logind_;
    std::shared_ptr<Bus> lockers_;
    std::function<void()> left_;
};

ScreenWatch::ScreenWatch(const asio::any_io_executor& executor, std::function<void()> left)
    : source_(std::make_unique<Source>(executor, std::move(left))) {
    source_->start();
}
ScreenWatch::~ScreenWatch() = default;

}  // namespace ukey::session
