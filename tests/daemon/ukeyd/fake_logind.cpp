#include "tests/daemon/ukeyd/fake_logind.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace ukey::test {
namespace {

constexpr auto kSession = "org.freedesktop.login1.Session";
constexpr auto kSessions = "/org/freedesktop/login1/session";

constexpr auto kConfiguration =
    R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=FOLDER/bus</listen>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
)";

void must(int result, const char* what) {
    if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(-result));
}

std::string pathOf(const std::string& session) { return std::string(kSessions) + "/" + session; }

}  // namespace

FakeLogind::FakeLogind() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ukey-bus-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    startBus();
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + folder_ + "/bus").c_str(), 1);
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

FakeLogind::~FakeLogind() {
    bus_.reset();
    if (busProcess_ > 0) endBus();
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void FakeLogind::startBus() {
    std::string text = kConfiguration;
    text.replace(text.find("FOLDER"), std::strlen("FOLDER"), folder_);
    const std::string file = folder_ + "/bus.conf";
    std::ofstream(file) << text;
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::string program = "dbus-daemon";
    std::string config = "--config-file=" + file;
    std::string stay = "--nofork";
    std::string print = "--print-address=1";
    const std::array<char*, 5> arguments{program.data(), config.data(), stay.data(), print.data(), nullptr};
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    const int failed =
        ::posix_spawnp(&busProcess_, program.c_str(), &actions, nullptr, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    if (failed != 0) throw std::runtime_error("no dbus-daemon");
    // It listens when it has said where.
    std::array<char, 256> line{};
    FILE* out = ::fdopen(pipe[0], "r");
    const bool ready = std::fgets(line.data(), line.size(), out) != nullptr;
    (void)std::fclose(out);
    if (!ready) throw std::runtime_error("the bus did not come up");
}

void FakeLogind::endBus() {
    ::kill(busProcess_, SIGTERM);
    ::waitpid(busProcess_, nullptr, 0);
    busProcess_ = -1;
}

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
