#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/daemon/support/registration_authority.hpp"

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

std::pair<int, std::string> outputOf(const std::string& command) {
    FILE* out = ::popen(command.c_str(), "r");
    if (out == nullptr) throw std::runtime_error("cannot run " + command);
    std::string text;
    std::array<char, 4096> piece{};
    for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), out)) > 0;)
        text.append(piece.data(), got);
    const int status = ::pclose(out);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text};
}

}  // namespace

std::string softTokenLibrary() { return environment("UKEY_LIB_DIR") + "/libukey-softtoken.so"; }

RunningDaemon::RunningDaemon(const nlohmann::json& more, const Account* account,
                             std::vector<std::string> wrapper)
    : account_(account), wrapper_(std::move(wrapper)), anyPort_(!more.contains("ports")) {
    ::setenv("UKEY_SOFTTOKEN_DIR", (folder_.path() / "tokens").c_str(), 1);
    std::filesystem::create_directories(folder_.path() / "tokens");
    nlohmann::json configuration{
        {"drivers", {{{"name", "soft"}, {"kind", "skf"}, {"library", softTokenLibrary()}}}},
        {"origins",
         {{{"origin", "https://portal.example"},
           {"scopes", {"tokens", "certificates", "sign", "decrypt", "manage", "digest"}}}}},
        {"unlockAuthorities", {registrationAuthority().pem}},
        {"stateDir", stateDir().string()},
        {"pinentry", pinentry_.program()}};
    configuration.update(more);
    std::ofstream(folder_.path() / "ukeyd.json") << configuration;
    if (account_ != nullptr) {
        account_->give(folder_.path().string());
        account_->give(pinentry_.folder().string());
    }
    start();
}

RunningDaemon::~RunningDaemon() {
    if (process_ > 0) (void)stop();
}

std::vector<std::string> RunningDaemon::commandLine() const {
    std::vector<std::string> words;
    if (account_ != nullptr) words = account_->commandPrefix();
    words.insert(words.end(), wrapper_.begin(), wrapper_.end());
    words.push_back(environment("UKEY_BIN_DIR") + "/ukeyd");
    words.insert(words.end(), {"--config", (folder_.path() / "ukeyd.json").string()});
    if (anyPort_) words.insert(words.end(), {"--port", "0"});
    return words;
}

void RunningDaemon::start() {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<std::string> words = commandLine();
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::string log = (folder_.path() / "log").string();
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0600);
    const int failed =
        ::posix_spawnp(&process_, arguments[0], &actions, nullptr, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    if (failed != 0) throw std::runtime_error("cannot start " + words.front());
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
    ::kill(process_, SIGTERM);
    return waitForEnd();
}

int RunningDaemon::waitForEnd() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void RunningDaemon::reconfigure(const nlohmann::json& more) {
    const std::filesystem::path file = folder_.path() / "ukeyd.json";
    nlohmann::json configuration = nlohmann::json::parse(std::ifstream(file));
    configuration.update(more);
    std::ofstream(file) << configuration;
}

void RunningDaemon::kill() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

std::string RunningDaemon::log() const {
    std::ifstream file(folder_.path() / "log");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::pair<int, std::string> RunningDaemon::startAnother(const std::string& more) const {
    std::string command = "timeout 60";
    for (const std::string& word : commandLine()) command += " '" + word + "'";
    return outputOf(command + " " + more + " 2>&1");
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
    return outputOf(command);
}

}  // namespace ukey::test
