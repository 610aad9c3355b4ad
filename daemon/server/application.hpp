// What the server needs to know of the program behind it: a conversation for each connection, and where its
// words go.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/policy/origin.hpp"
#include "daemon/server/octet_budget.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::server {

/// The way to one page. Usable until Inbox::closed().
class Outbox {
  public:
    virtual ~Outbox() = default;

    /// Never blocks. A page that does not read is cut off when too much waits for it.
    virtual void send(std::string text) = 0;
    /// The same with a binary message.
    virtual void sendBinary(std::string octets) = 0;
    /// Whether what can wait should: Inbox::drained() follows.
    virtual bool isFull() const noexcept = 0;
    /// Ends the connection with a goodbye (1001): the page may connect anew.
    virtual void goAway() = 0;
};

/// One page's side of the program; everything on the network thread. None of it throws.
class Inbox {
  public:
    virtual ~Inbox() = default;
    /// Whether the page has introduced itself; before, it gets little room.
    virtual bool isGreeted() const noexcept = 0;
    /// A message that asks for nothing came; false when the page sends too many.
    virtual bool mayPing() noexcept = 0;
    virtual void receivedText(std::string_view text) = 0;
    /// One whose reading takes longer than others should wait. The next message is read when it returns;
    /// `text` stays until then, and `share` is what it takes of the server's budget.
    virtual boost::asio::awaitable<void> receivedLargeText(std::string_view text,
                                                           OctetBudget::Share share) = 0;
    virtual void receivedBinary(ByteView bytes) = 0;
    /// The outbox is no longer full.
    virtual void drained() = 0;
    /// The connection is gone; the outbox is not to be used any more.
    virtual void closed() = 0;
};

class Application {
  public:
    virtual ~Application() = default;
    virtual bool admits(const policy::Origin& origin) const = 0;
    /// Of those that are admitted: whether it is only so that its user can be asked about it.
    virtual bool isStranger(const policy::Origin& origin) const = 0;
    /// A handshake was refused; `origin` is the header as it came.
    virtual void refused(std::string_view origin, std::string_view code) = 0;
    virtual std::shared_ptr<Inbox> converse(const policy::Origin& origin, Outbox& outbox) = 0;
};

}  // namespace ukey::server
