// The real program, with folders of its own, a soft token and a scripted pinentry.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/support/account.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/scripted_pinentry.hpp"

namespace ukey::test {

/// The soft token's, as it was built.
std::string softTokenLibrary();

class RunningDaemon {
  public:
    /// `more` goes over the usual configuration: https://portal.example may do everything. Where it names no
    /// ports, any free one is taken. With an account, which must live longer, the program runs as that.
    /// `wrapper` is a command line that becomes the program in the end.
    explicit RunningDaemon(const nlohmann::json& more = nlohmann::json::object(),
                           const Account* account = nullptr, std::vector<std::string> wrapper = {});
    ~RunningDaemon();
    RunningDaemon(const RunningDaemon&) = delete;
    RunningDaemon& operator=(const RunningDaemon&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    ScriptedPinentry& pinentry() noexcept { return pinentry_; }
    const std::filesystem::path& folder() const noexcept { return folder_.path(); }
    std::filesystem::path stateDir() const { return folder_.path() / "state"; }

    /// Ends it, as its user's logout does, and waits; the exit code.
    int stop();
    void start();
    /// From the next start on, this goes over the configuration as well.
    void reconfigure(const nlohmann::json& more);
    /// Ends it in a moment, as a crash does.
    void kill();

    /// Starts a second one with the same configuration, which must end by itself: exit code and what it says.
    std::pair<int, std::string> startAnother() const { return startAnother({}); }
    /// The same with further words on its command line.
    std::pair<int, std::string> startAnother(const std::string& more) const;
    /// Waits for its end, whoever has caused it; the exit code.
    int waitForEnd();

    pid_t process() const noexcept { return process_; }
    std::string log() const;

    /// The most memory that the process ever had, in octets.
    std::size_t peakBytes() const;

    /// `ukeyctl --config …` with these arguments: exit code and standard output.
    std::pair<int, std::string> ctl(const std::string& arguments) const;

  private:
    std::vector<std::string> commandLine() const;

    const Account* account_;
    std::vector<std::string> wrapper_;
    bool anyPort_;
    ScratchFolder folder_;
    ScriptedPinentry pinentry_;
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace ukey::test
