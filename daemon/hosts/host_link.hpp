// One running host process: its end of the pipe and its own end.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "daemon/hosts/supervisor.hpp"
#include "tokenlib/pipe/ends.hpp"
#include "tokenlib/process/child_process.hpp"

namespace ukey::hosts {

class HostLink : public std::enable_shared_from_this<HostLink> {
  public:
    /// Starts the process. Throws driver-missing when it cannot be started.
    HostLink(boost::asio::any_io_executor executor, const HostSettings& settings, const DriverConfig& driver,
             const std::string& library);
    ~HostLink();
    HostLink(const HostLink&) = delete;
    HostLink& operator=(const HostLink&) = delete;

    using OnMessage = std::function<void(pipe::HostMessage)>;
    /// Told once, with the reason, when the process ends by itself or speaks nonsense; not after close() or
    /// kill().
    using OnEnd = std::function<void(std::string reason)>;
    /// Begins to read.
    void start(OnMessage onMessage, OnEnd onEnd);

    /// As pipe::DaemonEnd::send.
    void send(std::uint64_t id, const pipe::Command& command) { pipe_->send(id, command); }

    /// Ends the process at once.
    void kill();
    /// Lets the process clean up and end by itself.
    void close();
    /// Waits for the end after close(), at most so long.
    void waitForEnd(std::chrono::milliseconds time);

  private:
    boost::asio::awaitable<void> read();
    void ended(std::string reason);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<pipe::DaemonEnd> pipe_;
    process::Child child_;
    OnMessage onMessage_;
    OnEnd onEnd_;
};

}  // namespace ukey::hosts
