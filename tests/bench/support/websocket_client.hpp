// A blocking WebSocket client, as thin as Beast allows: what it costs is in the floor and in the measured
// value alike.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ukey::bench {

class WebSocketClient {
  public:
    WebSocketClient(unsigned short port, const std::string& origin);

    void send(std::string_view text);
    void sendBinary(std::string_view octets);
    /// Valid until the next call.
    std::string_view receive();

    /// A JSON-RPC call and its result; throws when the answer is an error.
    nlohmann::json call(const std::string& method, const nlohmann::json& params);

    /// Octets of no frame of ours; throws when the connection is over.
    void writeOctets(std::string_view octets);

  private:
    boost::asio::io_context context_;
    boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream_;
    boost::beast::flat_buffer buffer_;
    int nextId_ = 1;
};

}  // namespace ukey::bench
