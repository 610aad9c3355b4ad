// A program started by the benchmark, ended with it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace ukey::bench {

class ChildProcess {
  public:
    /// Starts `command`; its standard output can be read line by line, standard error goes to `logFile`.
    ChildProcess(const std::vector<std::string>& command, const std::string& logFile);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess();

    pid_t pid() const { return pid_; }
    /// The next line of standard output; throws at its end.
    std::string readLine();
    /// Waits for the end; returns the exit status, or 128 + signal.
    int wait();

  private:
    pid_t pid_ = -1;
    int output_ = -1;
};

/// Runs a program to its end; throws when it fails.
void runProgram(const std::vector<std::string>& command, const std::string& logFile);

}  // namespace ukey::bench
