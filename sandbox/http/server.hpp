// A small HTTP/1.1 server on the loopback interface.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "sandbox/http/message.hpp"

namespace boost::asio {
class io_context;
}

namespace ukey::http {

/// One thread runs the context; handlers are called on it, one at a time, and may take their time in SQLite.
class Server {
  public:
    /// Listens on 127.0.0.1 and, where there is one, ::1. Port 0 takes any free one. Throws ukey::Error
    /// (`busy`) when the port is taken.
    Server(boost::asio::io_context& context, std::uint16_t port);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;

    /// Begins to answer.
    void start(std::function<Response(const Request&)> handler);
    /// Closes the listening sockets and all connections.
    void stop();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace ukey::http
