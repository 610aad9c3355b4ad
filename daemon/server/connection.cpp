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

#include "daemon/server/handshake.hpp"

namespace ukey::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

/// With so much unsent, nothing more is read from the page; with so much, it is cut off.
constexpr std::size_t kPauseAt = 1024UL * 1024UL;
constexpr std::size_t kCutOffAt = 16UL * 1024UL * 1024UL;
/// Larger frames would be cut into pieces of this size; and a read buffer above this size is not kept.
constexpr std::size_t kWriteBuffer = 64UL * 1024UL;
constexpr std::size_t kReadPiece = 64UL * 1024UL;
constexpr std::size_t kKeptBuffer = 64UL * 1024UL;
constexpr std::chrono::seconds kCloseTimeout{5};

class WebSocketConnection final : public Connection,
                                  public Outbox,
                                  public std::enable_shared_from_this<WebSocketConnection> {
  public:
    WebSocketConnection(Socket socket, Application& application)
        : stream_(std::move(socket)),
          drained_(stream_.get_executor(), asio::steady_timer::time_point::max()),
          application_(application) {}

    asio::awaitable<void> serve(Request request, policy::Origin origin) override {
        const auto self = shared_from_this();
        boost::system::error_code error;
        setUp();
        co_await stream_.async_accept(request, asio::redirect_error(asio::use_awaitable, error));
        if (error || !open_) co_return;
        accepted_ = true;
        conversation_ = application_.converse(origin, *this);
        co_await readAll();
        conversation_->closed();
        conversation_.reset();
        open_ = false;
        drained_.cancel();
    }

    void goAway() override {
        if (!accepted_) return abort();
        if (!open_ || leaving_) return;
        leaving_ = true;
        asio::co_spawn(stream_.get_executor(), sayGoodbye(shared_from_this()), asio::detached);
    }

    void abort() override {
        open_ = false;
        drained_.cancel();  // A reader that waits for the queue is not told by the socket.
        boost::system::error_code ignored;
        beast::get_lowest_layer(stream_).close(ignored);
    }

    void send(std::string text) override {
        if (!open_) return;
        queued_ += text.size();
        queue_.push_back(std::move(text));
        if (queued_ > kCutOffAt) {
            spdlog::warn("a page that does not read was cut off");
            abort();
            return;
        }
        if (!writing_) {
            writing_ = true;
            asio::co_spawn(stream_.get_executor(), writeAll(shared_from_this()), asio::detached);
        }
    }

  private:
    void setUp() {
        boost::system::error_code ignored;
        beast::get_lowest_layer(stream_).set_option(asio::ip::tcp::no_delay(true), ignored);
        // Nothing runs while a connection is idle; the time limit is that of the closing handshake.
        stream_.set_option(
            websocket::stream_base::timeout{kCloseTimeout, websocket::stream_base::none(), false});
        stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
            response.set(beast::http::field::sec_websocket_protocol, std::string(kSubprotocol));
        }));
        stream_.read_message_max(0);  // readAll() looks after it.
        stream_.write_buffer_bytes(kWriteBuffer);
        stream_.auto_fragment(false);
    }

    asio::awaitable<void> readAll() {
        beast::flat_buffer buffer;
        for (;;) {
            boost::system::error_code error;
            co_await stream_.async_read_some(buffer, kReadPiece,
                                             asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                logEnd(error);
                co_return;
            }
            if (buffer.size() > kLargestMessage) {
                co_await refuseLargeMessage();
                co_return;
            }
            if (!stream_.is_message_done()) continue;
            const auto data = buffer.cdata();
            const std::string_view octets(static_cast<const char*>(data.data()), data.size());
            if (stream_.got_text()) {
                conversation_->receivedText(octets);
            } else {
                conversation_->receivedBinary(asBytes(octets));
            }
            buffer.consume(buffer.size());
            if (buffer.capacity() > kKeptBuffer) buffer.shrink_to_fit();
            while (open_ && queued_ > kPauseAt)
                co_await drained_.async_wait(asio::redirect_error(asio::use_awaitable, error));
            if (!open_) co_return;
        }
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
            const std::string text = std::move(self->queue_.front());
            self->queue_.pop_front();
            self->stream_.text(true);
            co_await self->stream_.async_write(asio::buffer(text),
                                               asio::redirect_error(asio::use_awaitable, error));
            self->queued_ -= text.size();
            if (error) {
                self->abort();
                break;
            }
            if (self->queued_ <= kPauseAt) self->drained_.cancel();
        }
        self->writing_ = false;
    }

    static asio::awaitable<void> sayGoodbye(std::shared_ptr<WebSocketConnection> self) {
        boost::system::error_code error;
        co_await self->stream_.async_close(websocket::close_code::going_away,
                                           asio::redirect_error(asio::use_awaitable, error));
        if (error) self->abort();
    }

    static void logEnd(const boost::system::error_code& error) {
        const bool usual = error == websocket::error::closed || error == asio::error::eof ||
                           error == asio::error::operation_aborted || error == asio::error::connection_reset;
        if (!usual) spdlog::info("a connection was ended: {}", error.message());
    }

    websocket::stream<Socket, false> stream_;
    asio::steady_timer drained_;  ///< Never runs out; cancelled when the queue is short again.
    Application& application_;
    std::shared_ptr<Conversation> conversation_;
    std::deque<std::string> queue_;
    std::size_t queued_ = 0;  ///< Octets in the queue and in the frame that is being written.
    bool writing_ = false;
    bool open_ = true;
    bool accepted_ = false;
    bool leaving_ = false;
};

}  // namespace

std::shared_ptr<Connection> makeConnection(Connection::Socket socket, Application& application) {
    return std::make_shared<WebSocketConnection>(std::move(socket), application);
}

}  // namespace ukey::server
