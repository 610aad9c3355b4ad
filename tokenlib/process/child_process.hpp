// Child processes that get what they are given and nothing else: no stray descriptor, no stray signal mask,
// no stray environment, and that do not outlive their parent.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ukey::process {

struct SpawnOptions {
    /// One of our descriptors, and the number that the child finds it under.
    struct Descriptor {
        int ours;
        int childs;
    };

    std::string program = {};                 ///< Absolute path; no search path is used.
    std::vector<std::string> arguments = {};  ///< Without the program's own name.
    std::vector<std::string> environment = {};
    /// Besides these the child has /dev/null as 0 and 1, and our standard error.
    std::vector<Descriptor> descriptors = {};
};

/// How a process ended.
struct ExitState {
    int exitCode = 0;
    int signal = 0;  ///< 0 when it ended by itself.
};

/// A running (or ended and not yet reaped) child process. Moves only.
class Child {
  public:
    Child() noexcept = default;
    /// Throws std::system_error with the reason why the program could not be run.
    static Child spawn(const SpawnOptions& options);

    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    /// Kills what still runs. Does not wait for a process that the system cannot end yet (one that hangs in a
    /// device driver): it is reaped by a later call of this module.
    ~Child();

    int id() const noexcept { return pid_; }
    void kill() noexcept;

    /// Reaps without waiting; nothing while the process runs.
    std::optional<ExitState> poll() noexcept;
    /// Waits at most so long.
    std::optional<ExitState> waitFor(std::chrono::milliseconds time) noexcept;

    /// A descriptor that is readable once the process ended; -1 where the system has no such thing.
    int descriptor() const noexcept { return pidDescriptor_; }

  private:
    int pid_ = -1;
    int pidDescriptor_ = -1;
    std::optional<ExitState> state_;
};

/// Kills the process and reaps it as soon as it has ended, without holding up the caller.
void endLater(const boost::asio::any_io_executor& executor, Child child);

/// The connected ends of a local stream, both closed on exec. Throws std::system_error.
struct StreamPair {
    int first;
    int second;
};
StreamPair makeStreamPair();

void closeDescriptor(int descriptor) noexcept;

}  // namespace ukey::process
