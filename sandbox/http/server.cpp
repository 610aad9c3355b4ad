#include "sandbox/http/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <list>
#include <optional>
#include <vector>

#include "tokenlib/base/error.hpp"

namespace ukey::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::size_t kMaxBody = 1024 * 1024;
constexpr std::uint32_t kMaxHeader = 16 * 1024;
constexpr std::size_t kMaxConnections = 512;
constexpr auto kIdle = std::chrono::seconds(60);
constexpr auto kWait = asio::as_tuple(asio::use_awaitable);

using WireRequest = bhttp::request<bhttp::string_body>;
using WireResponse = bhttp::response<bhttp::string_body>;

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

std::optional<Request> fromWire(const WireRequest& wire) {
    Request request;
    request.method = std::string(wire.method_string());
    if (!parseTarget(std::string_view(wire.target()), request)) return std::nullopt;
    for (const auto& field : wire) {
        request.headers[lowerCase(std::string_view(field.name_string()))] = std::string(field.value());
    }
    request.body = wire.body();
    return request;
}

WireResponse toWire(const WireRequest& request, Response&& response) {
    WireResponse wire(static_cast<bhttp::status>(response.status), request.version());
    wire.set(bhttp::field::content_type, response.contentType);
    for (const auto& [name, value] : response.headers) wire.insert(name, value);
    wire.keep_alive(request.keep_alive());
    const std::size_t length = response.body.size();
    if (request.method() != bhttp::verb::head) wire.body() = std::move(response.body);
    wire.content_length(length);
    return wire;
}

tcp::acceptor listenOn(asio::io_context& context, const tcp::endpoint& endpoint) {
    tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    return acceptor;
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
    std::vector<tcp::acceptor> acceptors;
    std::list<beast::tcp_stream> streams;
    std::function<Response(const Request&)> handler;

    asio::awaitable<void> accept(tcp::acceptor& acceptor) {
        const auto self = shared_from_this();
        for (;;) {
            auto [error, socket] = co_await acceptor.async_accept(kWait);
            if (error && error != asio::error::connection_aborted) {
                if (error != asio::error::operation_aborted) spdlog::error("accept: {}", error.message());
                co_return;
            }
            // Connections above the limit are closed by going out of scope.
            if (error || streams.size() >= kMaxConnections) continue;
            streams.emplace_back(std::move(socket));
            asio::co_spawn(acceptor.get_executor(), serve(std::prev(streams.end())), asio::detached);
        }
    }

    asio::awaitable<void> serve(std::list<beast::tcp_stream>::iterator stream) {
        const auto self = shared_from_this();
        try {
            beast::flat_buffer buffer;
            while (co_await answerOne(*stream, buffer)) {
            }
        } catch (const std::exception& error) {
            spdlog::error("connection: {}", error.what());
        }
        streams.erase(stream);
    }

    /// Whether the connection goes on.
    asio::awaitable<bool> answerOne(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
        bhttp::request_parser<bhttp::string_body> parser;
        parser.header_limit(kMaxHeader);
        parser.body_limit(kMaxBody);
        stream.expires_after(kIdle);
        auto [readError, readBytes] = co_await bhttp::async_read(stream, buffer, parser, kWait);
        if (readError == bhttp::error::body_limit) {
            co_await write(stream, WireResponse(bhttp::status::payload_too_large, 11));
            co_return false;
        }
        if (readError) co_return false;
        const auto& wire = parser.get();
        const auto request = fromWire(wire);
        if (!request) {
            co_await write(stream, WireResponse(bhttp::status::bad_request, 11));
            co_return false;
        }
        const bool good = co_await write(stream, toWire(wire, handler(*request)));
        co_return good&& wire.keep_alive();
    }

    static asio::awaitable<bool> write(beast::tcp_stream& stream, WireResponse response) {
        if (!response.has_content_length()) response.prepare_payload();
        stream.expires_after(kIdle);
        bhttp::response_serializer<bhttp::string_body> serializer(response);
        auto [error, bytes] = co_await bhttp::async_write(stream, serializer, kWait);
        co_return !error;
    }
};

Server::Server(asio::io_context& context, std::uint16_t port) : state_(std::make_shared<State>()) {
    try {
        state_->acceptors.push_back(listenOn(context, {asio::ip::address_v4::loopback(), port}));
    } catch (const boost::system::system_error& error) {
        throw Error(ErrorCode::busy, "port " + std::to_string(port) + ": " + error.what());
    }
    try {
        state_->acceptors.push_back(listenOn(context, {asio::ip::address_v6::loopback(), this->port()}));
    } catch (const boost::system::system_error& error) {
        spdlog::info("not on ::1: {}", error.what());
    }
}

Server::~Server() { stop(); }

std::uint16_t Server::port() const { return state_->acceptors.front().local_endpoint().port(); }

void Server::start(std::function<Response(const Request&)> handler) {
    state_->handler = std::move(handler);
    for (auto& acceptor : state_->acceptors) {
        asio::co_spawn(acceptor.get_executor(), state_->accept(acceptor), asio::detached);
    }
}

void Server::stop() {
    for (auto& acceptor : state_->acceptors) {
        boost::system::error_code ignored;
        acceptor.close(ignored);
    }
    for (auto& stream : state_->streams) stream.close();
}

}  // namespace ukey::http
