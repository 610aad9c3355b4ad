#include "tests/daemon/ukeyd/test_bus.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
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

constexpr auto kBusConfiguration =
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

}  // namespace

TestBus::TestBus(const char* variable) : variable_(variable) {
    std::string pattern = (std::filesystem::temp_directory_path() / "ukey-bus-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    start();
    ::setenv(variable_, ("unix:path=" + folder_ + "/bus").c_str(), 1);
}

TestBus::~TestBus() {
    end();
    ::unsetenv(variable_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void TestBus::start() {
    std::string text = kBusConfiguration;
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
        ::posix_spawnp(&process_, program.c_str(), &actions, nullptr, arguments.data(), ::environ);
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

void TestBus::end() {
    if (process_ < 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

}  // namespace ukey::test
