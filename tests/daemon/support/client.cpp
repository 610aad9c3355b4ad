#include "tests/daemon/support/client.hpp"

#include <algorithm>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>
#include <stdexcept>

namespace ukey::test {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using nlohmann::json;

std::string exchange(std::uint16_t port, const std::string& request) {
    asio::io_context context;
    asio::ip::tcp::socket socket(context);
    socket.connect({asio::ip::address_v4::loopback(), port});
    boost::system::error_code error;
    asio::write(socket, asio::buffer(request), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    return answer;
}

std::string statusOf(const std::string& answer) {
    return answer.size() > 12 ? answer.substr(9, 3) : std::string();
}

std::string bodyOf(const std::string& answer) {
    const auto end = answer.find("\r\n\r\n");
    return end == std::string::npos ? std::string() : answer.substr(end + 4);
}

std::string Handshake::text(std::uint16_t port) const {
    const std::string ours = "127.0.0.1:" + std::to_string(port);
    std::string request =
        method + " " + target + " HTTP/1.1\r\nHost: " + (host.empty() ? ours : host) +
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    if (origin) request += "Origin: " + *origin + "\r\n";
    if (!subprotocol.empty()) request += "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
    if (!version.empty()) request += "Sec-WebSocket-Version: " + version + "\r\n";
    return request + extra + "\r\n";
}

std::string handshakeStatus(std::uint16_t port, const Handshake& handshake) {
    asio::io_context context;
    asio::ip::tcp::socket socket(context);
    socket.connect({asio::ip::address_v4::loopback(), port});
    boost::system::error_code error;
    asio::write(socket, asio::buffer(handshake.text(port)), error);
    std::string line(12, '\0');
    asio::read(socket, asio::buffer(line), error);
    return error ? std::string() : line.substr(9, 3);
}

Client::Client(std::uint16_t port, const std::string& origin, bool ipv6) : stream_(context_) {
    if (ipv6) {
        socket().connect({asio::ip::address_v6::loopback(), port});
    } else {
        socket().connect({asio::ip::address_v4::loopback(), port});
    }
    stream_.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
        request.set("Origin", origin);
        request.set("Sec-WebSocket-Protocol", "ukey.v1");
    }));
    stream_.read_message_max(64UL * 1024UL * 1024UL);
    stream_.handshake((ipv6 ? "[::1]:" : "127.0.0.1:") + std::to_string(port), "/ukey/v1");
    stream_.auto_fragment(false);
}

int Client::start(const std::string& method, const json& params) {
    const int id = ++lastId_;
    send(json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump());
    return id;
}

json Client::finish(int id) {
    const auto kept = std::find_if(answers_.begin(), answers_.end(),
                                   [&](const json& answer) { return answer.at("id") == id; });
    if (kept != answers_.end()) {
        json answer = std::move(*kept);
        answers_.erase(kept);
        return answer;
    }
    for (;;) {
        json message = json::parse(receive());
        if (!message.contains("id")) {
            notifications_.push_back(std::move(message));
        } else if (message.at("id") == id) {
            return message;
        } else {
            answers_.push_back(std::move(message));
        }
    }
}

json Client::call(const std::string& method, const json& params) { return finish(start(method, params)); }

json Client::result(const std::string& method, const json& params) {
    json answer = call(method, params);
    if (!answer.contains("result")) throw std::runtime_error(method + ": " + answer.dump());
    return answer.at("result");
}

std::string Client::codeOf(const std::string& method, const json& params) {
    const json answer = call(method, params);
    return answer.contains("error") ? answer.at("error").at("data").at("code").get<std::string>()
                                    : std::string();
}

json Client::hello(json params) { return result("bridge.hello", params); }

json Client::notification() {
    if (!notifications_.empty()) {
        json first = std::move(notifications_.front());
        notifications_.pop_front();
        return first;
    }
    for (;;) {
        json message = json::parse(receive());
        if (!message.contains("id")) return message;
        answers_.push_back(std::move(message));
    }
}

void Client::send(std::string_view text) {
    stream_.text(true);
    stream_.write(asio::buffer(text.data(), text.size()));
}

void Client::sendBinary(std::string_view octets) {
    stream_.binary(true);
    stream_.write(asio::buffer(octets.data(), octets.size()));
}

std::string Client::receive() {
    buffer_.consume(buffer_.size());
    stream_.read(buffer_);
    return boost::beast::buffers_to_string(buffer_.data());
}

unsigned Client::closeCode() {
    boost::system::error_code error;
    while (!error) {
        buffer_.consume(buffer_.size());
        stream_.read(buffer_, error);
    }
    return error == websocket::error::closed ? stream_.reason().code : 0U;
}

void Client::close() { stream_.close(websocket::close_code::normal); }

void Client::drop() {
    boost::system::error_code ignored;
    socket().close(ignored);
}

}  // namespace ukey::test
