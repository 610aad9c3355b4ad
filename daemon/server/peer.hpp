// Whose process is at the other end of a loopback connection (security.md 48).
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>

namespace ukey::server {

/// Asks the system for the owner of sockets. The user is what counts: a session, which a browser that the
/// desktop started as a unit has not, cannot be told on Linux (docs/security.md, "Users and sessions").
class PeerLookup {
  public:
    PeerLookup();
    ~PeerLookup();
    PeerLookup(const PeerLookup&) = delete;
    PeerLookup& operator=(const PeerLookup&) = delete;

    /// Whether the socket at `peer`, connected to `own`, belongs to the user of this process. False when it
    /// cannot be told: the socket is gone, or the system does not answer. Takes a few microseconds.
    bool isSameUser(const boost::asio::ip::tcp::endpoint& own,
                    const boost::asio::ip::tcp::endpoint& peer) noexcept;

  private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

}  // namespace ukey::server
