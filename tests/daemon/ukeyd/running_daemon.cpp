#include "tests/daemon/ukeyd/running_daemon.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace ukey::test {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set; run this by ctest");
    return value;
}

}  // namespace

RunningDaemon::RunningDaemon(const nlohmann::json& more) {
    ::setenv("UKEY_SOFTTOKEN_DIR", (folder_.path() / "tokens").c_str(), 1);
    std::filesystem::create_directories(folder_.path() / "tokens");
    nlohmann::json configuration{{"drivers",
                                  {{{"name", "soft"},
                                    {"kind", "skf"},
                                    {"library", environment("UKEY_LIB_DIR") + "/libukey-softtoken.so"}}}},
                                 {"origins",
                                  {{{"origin", "https://portal.example"},
                                    {"scopes", {"tokens", "certificates", "sign", "decrypt", "manage"}}}}},
                                 {"stateDir", stateDir().string()},
                                 {"pinentry", pinentry_.program()}};
    configuration.update(more);
    std::ofstream(folder_.path() / "ukeyd.json") << configuration;
    start();
}

RunningDaemon::~RunningDaemon() {
    if (process_ > 0) (void)stop();
}

void RunningDaemon::start() {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::string program = environment("UKEY_BIN_DIR") + "/ukeyd";
    std::string file = (folder_.path() / "ukeyd.json").string();
    const std::string log = (folder_.path() / "log").string();
    std::string config = "--config";
    std::string port = "--port";
    std::string any = "0";
    const std::array<char*, 6> arguments{program.data(), config.data(), file.data(),
                                         port.data(),    any.data(),    nullptr};
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0600);
    const int failed =
        ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    if (failed != 0) throw std::runtime_error("cannot start " + program);
    FILE* out = ::fdopen(pipe[0], "r");
    std::array<char, 256> line{};
    unsigned listening = 0;
    const bool ready = std::fgets(line.data(), line.size(), out) != nullptr &&
                       std::sscanf(line.data(), "listening on ws://127.0.0.1:%u/", &listening) == 1;
    (void)std::fclose(out);
    if (!ready) throw std::runtime_error("ukeyd did not come up");
    port_ = static_cast<std::uint16_t>(listening);
}

int RunningDaemon::stop() {
    int status = 0;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::size_t RunningDaemon::peakBytes() const {
    std::ifstream status("/proc/" + std::to_string(process_) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
    }
    throw std::runtime_error("no VmHWM");
}

std::pair<int, std::string> RunningDaemon::ctl(const std::string& arguments) const {
    const std::string command = "LC_ALL=C '" + environment("UKEY_BIN_DIR") + "/ukeyctl' --config '" +
                                (folder_.path() / "ukeyd.json").string() + "' " + arguments;
    FILE* out = ::popen(command.c_str(), "r");
    if (out == nullptr) throw std::runtime_error("cannot run ukeyctl");
    std::string text;
    std::array<char, 4096> piece{};
    for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), out)) > 0;)
        text.append(piece.data(), got);
    const int status = ::pclose(out);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text};
}

}  // namespace ukey::test
