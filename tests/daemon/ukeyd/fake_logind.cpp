#include "tests/daemon/ukeyd/fake_logind.hpp"

#include <systemd/sd-bus.h>

#include <cstring>
#include <stdexcept>

namespace ukey::test {
namespace {

constexpr auto kSession = "org.freedesktop.login1.Session";
constexpr auto kSessions = "/org/freedesktop/login1/session";

void must(int result, const char* what) {
    if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(-result));
}

std::string pathOf(const std::string& session) { return std::string(kSessions) + "/" + session; }

}  // namespace

FakeLogind::FakeLogind() : busOfIts_("DBUS_SYSTEM_BUS_ADDRESS") {
    sd_bus* bus = nullptr;
    must(sd_bus_open_system(&bus), "bus");
    bus_ = std::shared_ptr<sd_bus>(bus, sd_bus_close_unref);
    // One answer for all sessions: the property that is asked for is the owner.
    const auto answer = [](sd_bus_message* message, void* context, sd_bus_error*) -> int {
        auto& self = *static_cast<FakeLogind*>(context);
        if (sd_bus_message_is_method_call(message, "org.freedesktop.DBus.Properties", "Get") == 0) return 0;
        const auto owner = self.owners_.find(sd_bus_message_get_path(message));
        ++self.questions_;
        if (owner == self.owners_.end())
            return sd_bus_reply_method_errorf(message, SD_BUS_ERROR_UNKNOWN_OBJECT, "no such session");
        return sd_bus_reply_method_return(message, "v", "(uo)", owner->second,
                                          "/org/freedesktop/login1/user/x");
    };
    must(sd_bus_add_fallback(bus, nullptr, kSessions, answer, this), "object");
    must(sd_bus_request_name(bus, "org.freedesktop.login1", 0), "name");
}

FakeLogind::~FakeLogind() = default;

void FakeLogind::endBus() { busOfIts_.end(); }

void FakeLogind::addSession(const std::string& name, uid_t user) { owners_[pathOf(name)] = user; }

void FakeLogind::emitLock(const std::string& session) {
    must(sd_bus_emit_signal(bus_.get(), pathOf(session).c_str(), kSession, "Lock", ""), "Lock");
    must(sd_bus_flush(bus_.get()), "flush");
}

void FakeLogind::emitUnlock(const std::string& session) {
    must(sd_bus_emit_signal(bus_.get(), pathOf(session).c_str(), kSession, "Unlock", ""), "Unlock");
    emitChanged(session, "LockedHint", false);
}

void FakeLogind::emitChanged(const std::string& session, const std::string& property, bool value) {
    must(sd_bus_emit_signal(bus_.get(), pathOf(session).c_str(), "org.freedesktop.DBus.Properties",
                            "PropertiesChanged", "sa{sv}as", kSession, 2, "IdleSinceHint", "t",
                            std::uint64_t{5}, property.c_str(), "b", value ? 1 : 0, 0),
         "PropertiesChanged");
    must(sd_bus_flush(bus_.get()), "flush");
}

void FakeLogind::emitPrepareForSleep(bool begins) {
    must(sd_bus_emit_signal(bus_.get(), "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
                            "PrepareForSleep", "b", begins ? 1 : 0),
         "PrepareForSleep");
    must(sd_bus_flush(bus_.get()), "flush");
}

void FakeLogind::answerOneQuestion() {
    const unsigned before = questions_;
    while (questions_ == before) {
        const int done = sd_bus_process(bus_.get(), nullptr);
        must(done, "bus");
        if (done == 0) must(sd_bus_wait(bus_.get(), UINT64_MAX), "bus");
    }
    must(sd_bus_flush(bus_.get()), "flush");
}

}  // namespace ukey::test
