// One running host process: its socket and its end. Knows frames, not what they mean.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <string>

#include "daemon/hosts/supervisor.hpp"
#include "tokenlib/pipe/frames.hpp"
#include "tokenlib/pipe/messages.hpp"
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

    /// Usually one system call, and all of it; what the socket does not take is sent as soon as it does.
    /// Throws too-large or driver-error for what breaks the limits of the pipe. Of a secret no copy stays
    /// here.
    void send(std::uint64_t id, const pipe::Command& command);

    /// Ends the process at once.
    void kill();
    /// Lets the process clean up and end by itself.
    void close();
    /// Waits for the end after close(), at most so long.
    void waitForEnd(std::chrono::milliseconds time);

  private:
    boost::asio::awaitable<void> read();
    boost::asio::awaitable<void> drain();
    void keepUnsent(ByteView octets);
    void deliver();
    void ended(std::string reason);

    boost::asio::any_io_executor executor_;
    boost::asio::local::stream_protocol::socket socket_;
    process::Child child_;
    pipe::FrameReader input_;
    Bytes frame_;                ///< The frame that is being sent.
    Bytes unsent_;               ///< What the socket did not take yet.
    bool unsentSecret_ = false;  ///< Some of it is a secret.
    bool draining_ = false;
    OnMessage onMessage_;
    OnEnd onEnd_;
};

}  // namespace ukey::hosts
