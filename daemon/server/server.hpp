// HTTP and WebSocket on loopback: who may connect, how many, and what becomes of connections that do not
// behave.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/server/application.hpp"

namespace ukey::server {

struct ServerSettings {
    std::vector<std::uint16_t> ports;
    config::Limits limits;
    std::string version;  ///< For GET /health.
    /// For GET /status: what this user's own programs may know, as JSON. None: there is no such thing.
    std::function<boost::asio::awaitable<std::string>()> status = {};
};

class Server {
  public:
    /// Listens at once. Throws ukey::Error (busy) when no port is free. `application` must outlive the
    /// server's connections.
    Server(boost::asio::any_io_executor executor, Application& application, ServerSettings settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const noexcept;

    /// Takes no more connections and says goodbye to those there are; `done` is called when the last one has
    /// gone, or after a second.
    void stop(std::function<void()> done);

  private:
    class Door;
    std::shared_ptr<Door> door_;
};

}  // namespace ukey::server
