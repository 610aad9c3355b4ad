// A page, as far as the daemon can tell: a blocking WebSocket client, and raw HTTP.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace ukey::test {

inline constexpr auto kPortal = "https://portal.example";
inline constexpr auto kOther = "https://other.example";
inline constexpr auto kNew = "https://new.example";

/// The text of an HTTP answer to `request`, sent as it is over 127.0.0.1; empty when the connection was
/// closed instead.
std::string exchange(std::uint16_t port, const std::string& request);
/// "403" and so on, of an answer's first line.
std::string statusOf(const std::string& answer);
std::string bodyOf(const std::string& answer);

/// A complete WebSocket handshake; fields may be replaced, an empty one is left out.
struct Handshake {
    std::string method = "GET";
    std::string target = "/ukey/v1";
    std::string host = {};  ///< Empty: 127.0.0.1 and the port.
    std::optional<std::string> origin = kPortal;
    std::string subprotocol = "ukey.v1";
    std::string version = "13";
    std::string extra = {};
    std::string text(std::uint16_t port) const;
};

/// The status of the answer to a handshake.
std::string handshakeStatus(std::uint16_t port, const Handshake& handshake);

class Client {
  public:
    explicit Client(std::uint16_t port, const std::string& origin = kPortal, bool ipv6 = false);

    /// The whole answer to a call; notifications that come before it are kept.
    nlohmann::json call(const std::string& method, const nlohmann::json& params = nlohmann::json::object());
    /// The result; throws std::runtime_error with the answer when it is an error.
    nlohmann::json result(const std::string& method, const nlohmann::json& params = nlohmann::json::object());
    /// error.data.code; empty when there is a result.
    std::string codeOf(const std::string& method, const nlohmann::json& params = nlohmann::json::object());
    nlohmann::json hello(nlohmann::json params = {{"client", {{"name", "test"}, {"version", "1"}}}});

    /// Sends a call without waiting; gives its id.
    int start(const std::string& method, const nlohmann::json& params = nlohmann::json::object());
    /// The answer to a call that was started.
    nlohmann::json finish(int id);
    /// The next notification.
    nlohmann::json notification();
    /// Notifications that came while answers were awaited.
    std::size_t notificationsSeen() const noexcept { return notifications_.size(); }

    void send(std::string_view text);
    void sendBinary(std::string_view octets);
    /// The next message; throws boost::system::system_error when the connection ends.
    std::string receive();
    /// Reads until the connection ends; the close code, 0 when there was none.
    unsigned closeCode();

    /// A proper goodbye.
    void close();
    /// As a browser's death looks.
    void drop();

    boost::asio::ip::tcp::socket& socket() { return stream_.next_layer(); }

  private:
    boost::asio::io_context context_;
    boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream_;
    boost::beast::flat_buffer buffer_;
    std::deque<nlohmann::json> notifications_;
    std::deque<nlohmann::json> answers_;
    int lastId_ = 0;
};

/// A second handle of a client's connection, for a thread that floods it while another reads: what Boost
/// keeps of a socket is one thread's alone.
class SecondWriter {
  public:
    explicit SecondWriter(Client& client);
    ~SecondWriter();
    SecondWriter(const SecondWriter&) = delete;
    SecondWriter& operator=(const SecondWriter&) = delete;

    /// Writes all of it; false when the connection is over.
    bool write(std::string_view octets) noexcept;
    /// Ends the connection, and with it a write() of another thread.
    void shutDown() noexcept;

  private:
    boost::asio::ip::tcp::socket::native_handle_type socket_;
};

}  // namespace ukey::test
