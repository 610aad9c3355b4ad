// Child processes that get what they are given and nothing else: no stray descriptor or handle, no stray
// signal mask, no stray environment, and that do not outlive their parent.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/process/handle.hpp"

namespace ukey::process {

struct SpawnOptions {
    std::string program = {};                 ///< Absolute path; no search path is used.
    std::vector<std::string> arguments = {};  ///< Without the program's own name. UTF-8.
    std::vector<std::string> environment = {};
    /// The child's end of a channel, under the name that channelName() gives. Null: none.
    const Handle* channel = nullptr;
    /// An end of a channel as the child's standard input and output, which are the null device without it.
    /// Not on Windows, where programs cannot use an end like that. Besides these the child has our standard
    /// error.
    const Handle* standardStream = nullptr;
};

/// How a process ended.
struct ExitState {
    int exitCode = 0;
    /// What ended it, 0 when it ended by itself: a signal; on Windows an exception, or kill().
    std::uint32_t fault = 0;
};

/// "by signal 11", "by exception 0xC0000005"; empty for one that ended by itself.
std::string describeFault(const ExitState& state);

/// A running (or ended and not yet reaped) child process. Moves only.
class Child {
  public:
    Child() noexcept;
    /// Throws std::system_error with the reason why the program could not be run.
    static Child spawn(const SpawnOptions& options);

    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    /// Kills what still runs. Does not wait for a process that the system cannot end yet (one that hangs in a
    /// device driver): it is reaped by a later call of this module.
    ~Child();

    /// The system's number of the process, -1 for none.
    int id() const noexcept;
    /// On Windows with all that it has started.
    void kill() noexcept;

    /// Reaps without waiting; nothing while the process runs.
    std::optional<ExitState> poll() noexcept;
    /// Waits at most so long.
    std::optional<ExitState> waitFor(std::chrono::milliseconds time) noexcept;

  private:
    friend void endLater(const boost::asio::any_io_executor& executor, Child child);

    struct Process;
    std::unique_ptr<Process> process_;
};

/// Kills the process and reaps it as soon as it has ended, without holding up the caller.
void endLater(const boost::asio::any_io_executor& executor, Child child);

}  // namespace ukey::process
