#include "daemon/server/connection.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

#include "daemon/policy/registrable_domain.hpp"
#include "daemon/server/handshake.hpp"
#include "tokenlib/async/deadline.hpp"
#include "tokenlib/async/event.hpp"

namespace ukey::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

/// With so much unsent, nothing more is read from the page; with so much, it is cut off.
constexpr std::size_t kPauseAt = 1024UL * 1024UL;
constexpr std::size_t kCutOffAt = 16UL * 1024UL * 1024UL;
/// With so much unsent, streams to the page wait.
constexpr std::size_t kFullAt = 256UL * 1024UL;
/// Larger frames would be cut into pieces of this size; and a read buffer above this size is not kept.
constexpr std::size_t kWriteBuffer = 64UL * 1024UL;
constexpr std::size_t kReadPiece = 64UL * 1024UL;
constexpr std::size_t kKeptBuffer = 64UL * 1024UL;
constexpr std::chrono::seconds kCloseTimeout{5};

class WebSocketConnection final : public Connection,
                                  public Outbox,
                                  public std::enable_shared_from_this<WebSocketConnection> {
  public:
    WebSocketConnection(Socket socket, const ConnectionTerms& terms)
        : stream_(std::move(socket)),
          drained_(stream_.get_executor()),
          messageEnd_(stream_.get_executor(),
                      [this] {
                          const auto self = shared_from_this();
                          spdlog::warn("{}: a message was not finished in time", site_);
                          leave(websocket::close_code::policy_error);
                      }),
          pauseEnd_(stream_.get_executor()),
          terms_(terms) {}

    asio::awaitable<void> serve(Request request, policy::Origin origin) override {
        const auto self = shared_from_this();
        boost::system::error_code error;
        setUp();
        co_await stream_.async_accept(request, asio::redirect_error(asio::use_awaitable, error));
        if (error || !open_) co_return;
        accepted_ = true;
        site_ = policy::registrableDomain(origin.host);
        inbox_ = terms_.application.converse(origin, *this);
        co_await readAll();
        messageEnd_.clear();
        if (unfinished_ > 0) terms_.octets.wasted(site_, unfinished_);
        inbox_->closed();
        inbox_.reset();
        open_ = false;
        drained_.notify();
    }

    void goAway() override {
        if (!accepted_) return abort();
        leave(websocket::close_code::going_away);
    }

    void abort() override {
        open_ = false;
        drained_.notify();  // A reader that waits for the queue is not told by the socket.
        pauseEnd_.cancel();
        boost::system::error_code ignored;
        beast::get_lowest_layer(stream_).close(ignored);
    }

    void send(std::string text) override { enqueue({std::move(text), true}); }
    void sendBinary(std::string octets) override { enqueue({std::move(octets), false}); }
    bool isFull() const noexcept override { return queued_ > kFullAt; }

  private:
    struct Message {
        std::string octets;
        bool isText;
    };

    void enqueue(Message message) {
        if (!open_) return;
        queued_ += message.octets.size();
        queue_.push_back(std::move(message));
        if (queued_ > kCutOffAt || !mayQueue()) {
            spdlog::warn("a page that does not read was cut off");
            abort();
            return;
        }
        if (!writing_) {
            writing_ = true;
            asio::co_spawn(stream_.get_executor(), writeAll(shared_from_this()), asio::detached);
        }
    }

    void setUp() {
        boost::system::error_code ignored;
        beast::get_lowest_layer(stream_).set_option(asio::ip::tcp::no_delay(true), ignored);
        // Nothing runs while a connection is idle; the time limit is that of the closing handshake.
        stream_.set_option(
            websocket::stream_base::timeout{kCloseTimeout, websocket::stream_base::none(), false});
        stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
            response.set(beast::http::field::sec_websocket_protocol, std::string(kSubprotocol));
        }));
        // readAll() looks after it; what Beast refuses for this is a length with its top bit set.
        stream_.read_message_max(std::numeric_limits<std::int64_t>::max());
        stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
            if (kind == websocket::frame_type::ping && inbox_ && !inbox_->mayPing()) abort();
        });
        stream_.write_buffer_bytes(kWriteBuffer);
        stream_.auto_fragment(false);
    }

    asio::awaitable<void> readAll() {
        beast::flat_buffer buffer;
        OctetBudget::Share share;
        bool begun = false;
        while (open_ && !leaving_) {
            boost::system::error_code error;
            co_await stream_.async_read_some(buffer, kReadPiece,
                                             asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                logEnd(error);
                co_return;
            }
            unfinished_ = stream_.is_message_done() ? 0 : buffer.size();
            if (buffer.size() > largestNow()) {
                co_await refuseLargeMessage();
                co_return;
            }
            if (!stream_.is_message_done()) {
                if (!begun) share = beginMessage();
                begun = true;
                if (buffer.size() > kLargeMessage && !share.resize(buffer.size())) {
                    spdlog::warn("{}: too much of unfinished messages; one was given up", site_);
                    abort();
                    co_return;
                }
                if (buffer.size() > kLargeMessage) {
                    auto waiting = waitForWaste();
                    co_await std::move(waiting);
                }
                continue;
            }
            if (std::exchange(begun, false)) messageEnd_.clear();
            auto handing = handOver(buffer, std::exchange(share, {}));
            co_await std::move(handing);
            buffer.consume(buffer.size());
            if (buffer.capacity() > kKeptBuffer) buffer.shrink_to_fit();
            while (open_ && queued_ > kPauseAt) {
                auto drained = drained_.wait();
                co_await std::move(drained);
            }
        }
    }

    std::size_t largestNow() const {
        if (!inbox_->isGreeted()) return kLargestBeforeHello;
        return stream_.got_text() ? kLargestMessage : kLargestPiece;
    }

    /// Nobody may begin a message, and with it take memory, and never end it.
    OctetBudget::Share beginMessage() {
        messageEnd_.set(terms_.messageTime);
        return terms_.octets.open(site_, [this] { abort(); });
    }

    /// Of a site that left much unfinished, large messages are read slowly.
    asio::awaitable<void> waitForWaste() {
        const auto pause = terms_.octets.pauseOf(site_);
        if (pause == OctetBudget::Clock::duration::zero() || !open_ || leaving_) co_return;
        boost::system::error_code ignored;
        pauseEnd_.expires_after(pause);
        co_await pauseEnd_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }

    asio::awaitable<void> handOver(const beast::flat_buffer& buffer, OctetBudget::Share share) {
        const auto data = buffer.cdata();
        const std::string_view octets(static_cast<const char*>(data.data()), data.size());
        if (!stream_.got_text()) {
            inbox_->receivedBinary(asBytes(octets));
        } else if (octets.size() <= kLargeMessage) {
            inbox_->receivedText(octets);
        } else {
            co_await inbox_->receivedLargeText(octets, std::move(share));
        }
    }

    /// What waits for pages to be read takes of the same memory as what they send.
    bool mayQueue() {
        if (queued_ <= kPauseAt) return true;
        if (!outgoing_) outgoing_ = terms_.octets.open(site_, [this] { abort(); });
        return outgoing_->resize(queued_);
    }

    void leave(websocket::close_code code) {
        if (!open_ || leaving_) return;
        leaving_ = true;
        pauseEnd_.cancel();
        asio::co_spawn(stream_.get_executor(), sayGoodbye(shared_from_this(), code), asio::detached);
    }

    /// Not left to Beast's own limit: that closes the socket over what the page is still sending, which the
    /// system tells the page as a reset, often before the page has read why (S31).
    asio::awaitable<void> refuseLargeMessage() {
        spdlog::warn("a page sent a message that is too large");
        boost::system::error_code ignored;
        co_await stream_.async_close(websocket::close_code::too_big,
                                     asio::redirect_error(asio::use_awaitable, ignored));
    }

    static asio::awaitable<void> writeAll(std::shared_ptr<WebSocketConnection> self) {
        boost::system::error_code error;
        while (self->open_ && !self->queue_.empty()) {
            const Message message = std::move(self->queue_.front());
            self->queue_.pop_front();
            self->stream_.text(message.isText);
            co_await self->stream_.async_write(asio::buffer(message.octets),
                                               asio::redirect_error(asio::use_awaitable, error));
            const bool wasFull = self->isFull();
            self->queued_ -= message.octets.size();
            if (error) {
                self->abort();
                break;
            }
            if (wasFull && !self->isFull() && self->inbox_) self->inbox_->drained();
            if (self->queued_ > kPauseAt) continue;
            self->outgoing_.reset();
            self->drained_.notify();
        }
        self->writing_ = false;
    }

    static asio::awaitable<void> sayGoodbye(std::shared_ptr<WebSocketConnection> self,
                                            websocket::close_code code) {
        boost::system::error_code error;
        co_await self->stream_.async_close(code, asio::redirect_error(asio::use_awaitable, error));
        if (error) self->abort();
    }

    static void logEnd(const boost::system::error_code& error) {
        const bool usual = error == websocket::error::closed || error == asio::error::eof ||
                           error == asio::error::operation_aborted || error == asio::error::connection_reset;
        if (!usual) spdlog::info("a connection was ended: {}", error.message());
    }

    websocket::stream<Socket, false> stream_;
    Event drained_;                ///< The queue is short again, or the connection at its end.
    Deadline messageEnd_;          ///< Runs while a message is unfinished.
    asio::steady_timer pauseEnd_;  ///< Runs while a site waits for what it left unfinished.
    std::size_t unfinished_ = 0;   ///< Octets of the message that is read.
    const ConnectionTerms& terms_;
    std::string site_;  ///< By which octets are counted: sub-domains of one owner are one.
    std::shared_ptr<Inbox> inbox_;
    std::optional<OctetBudget::Share> outgoing_;
    std::deque<Message> queue_;
    std::size_t queued_ = 0;  ///< Octets in the queue and in the frame that is being written.
    bool writing_ = false;
    bool open_ = true;
    bool accepted_ = false;
    bool leaving_ = false;
};

}  // namespace

std::shared_ptr<Connection> makeConnection(Connection::Socket socket, const ConnectionTerms& terms) {
    return std::make_shared<WebSocketConnection>(std::move(socket), terms);
}

}  // namespace ukey::server
