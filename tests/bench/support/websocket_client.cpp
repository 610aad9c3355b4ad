#include "tests/bench/support/websocket_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/field.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace ukey::bench {
namespace asio = boost::asio;
namespace beast = boost::beast;

WebSocketClient::WebSocketClient(unsigned short port, const std::string& origin) : stream_(context_) {
    auto& socket = stream_.next_layer();
    socket.connect({asio::ip::address_v4::loopback(), port});
    socket.set_option(asio::ip::tcp::no_delay(true));
    stream_.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
        request.set(beast::http::field::origin, origin);
        request.set(beast::http::field::sec_websocket_protocol, "ukey.v1");
    }));
    stream_.handshake("127.0.0.1:" + std::to_string(port), "/ukey/v1");
    stream_.text(true);
}

void WebSocketClient::send(std::string_view text) { stream_.write(asio::buffer(text)); }

void WebSocketClient::sendBinary(std::string_view octets) {
    stream_.binary(true);
    stream_.write(asio::buffer(octets));
    stream_.text(true);
}

std::string_view WebSocketClient::receive() {
    buffer_.clear();
    stream_.read(buffer_);
    const auto data = buffer_.cdata();
    return {static_cast<const char*>(data.data()), data.size()};
}

void WebSocketClient::writeOctets(std::string_view octets) {
    asio::write(stream_.next_layer(), asio::buffer(octets));
}

nlohmann::json WebSocketClient::call(const std::string& method, const nlohmann::json& params) {
    const int id = nextId_++;
    send(nlohmann::json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump());
    for (;;) {
        nlohmann::json answer = nlohmann::json::parse(receive());
        if (!answer.contains("id")) continue;  // a notification
        if (answer.contains("error")) throw std::runtime_error(method + ": " + answer["error"].dump());
        return answer["result"];
    }
}

}  // namespace ukey::bench
