// The streams of one connection (docs/protocol/README.md "Streams"): octets that come from the page and go to
// it, never more under way than the receiver allowed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::stream {

using StreamId = std::uint32_t;

/// Of one connection, in both directions together.
inline constexpr std::size_t kMostOpen = 8;
/// What a page may send ahead of its stream's reader.
inline constexpr std::size_t kWindow = 256UL * 1024UL;
/// What a page may allow ahead; more is not counted.
inline constexpr std::size_t kMostCredit = 64UL * 1024UL * 1024UL;
/// Streams are sent in pieces of this size at most.
inline constexpr std::size_t kPiece = 64UL * 1024UL;

/// The way of streams to the page. None of it throws or waits.
class Wire {
  public:
    virtual ~Wire() = default;
    virtual void allow(StreamId stream, std::size_t octets) = 0;
    /// Without octets: the stream's end.
    virtual void piece(StreamId stream, ByteView octets) = 0;
    virtual void abort(StreamId stream) = 0;
    /// Whether the page has too much to read already.
    virtual bool isFull() const noexcept = 0;
};

class Book;
struct IncomingState;
struct OutgoingState;

/// Octets from the page. One that goes before its end tells the page to stop.
class Incoming {
  public:
    Incoming(std::shared_ptr<Book> book, std::shared_ptr<IncomingState> state);
    ~Incoming();
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;

    /// What came since, waiting for something if need be; empty at the end. Throws user-cancelled when the
    /// page gave the stream up or is gone, bad-request when it sent more than it may.
    boost::asio::awaitable<Bytes> read();

  private:
    std::shared_ptr<Book> book_;
    std::shared_ptr<IncomingState> state_;
};

/// Octets to the page. Who drops it without `end` has told the page why.
class Outgoing {
  public:
    Outgoing(std::shared_ptr<Book> book, std::shared_ptr<OutgoingState> state);
    ~Outgoing();
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;

    StreamId id() const noexcept;
    /// Returns when all of it is on its way; as fast as the page allows and reads. `octets` must live until
    /// then. Throws user-cancelled when the page gave the stream up or is gone.
    boost::asio::awaitable<void> write(ByteView octets);
    void end();

  private:
    std::shared_ptr<Book> book_;
    std::shared_ptr<OutgoingState> state_;
};

/// On the network thread.
class Streams {
  public:
    /// `wire` must live until `close`.
    Streams(const boost::asio::any_io_executor& executor, Wire& wire);
    ~Streams();
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    /// A stream that the page named, which may send from now on. Throws bad-request for a name that is even
    /// or in use, rate-limited when there are too many.
    std::unique_ptr<Incoming> accept(StreamId id);
    /// Throws rate-limited when there are too many.
    std::unique_ptr<Outgoing> open();

    /// What the page says; false when it is about no open stream.
    bool received(StreamId id, ByteView octets);
    bool allowed(StreamId id, std::size_t octets);
    bool aborted(StreamId id);
    /// The page has read enough to be sent more.
    void drained();
    /// The connection is gone, and with it all of its streams.
    void close();

  private:
    std::shared_ptr<Book> book_;
};

}  // namespace ukey::stream
