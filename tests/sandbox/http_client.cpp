#include "tests/sandbox/http_client.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace ukey::sandbox_test {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

void HttpClient::keepCookie(std::string_view header) {
    const auto pair = header.substr(0, header.find(';'));
    const auto equals = pair.find('=');
    const std::string name(pair.substr(0, equals));
    const std::string value(pair.substr(equals + 1));
    if (value.empty()) {
        cookies_.erase(name);
    } else {
        cookies_[name] = value;
    }
}

Reply HttpClient::get(const std::string& target) { return send("GET", target, "", {}); }

Reply HttpClient::post(const std::string& target, const nlohmann::json& body) {
    return send("POST", target, body.dump(), {{"Origin", origin()}, {"Content-Type", "application/json"}});
}

Reply HttpClient::postOctets(const std::string& target, const std::string& octets) {
    return send("POST", target, octets, {{"Origin", origin()}, {"Content-Type", "application/octet-stream"}});
}

Reply HttpClient::send(const std::string& method, const std::string& target, const std::string& body,
                       const std::map<std::string, std::string>& headers) {
    boost::asio::io_context context;
    boost::beast::tcp_stream stream(context);
    stream.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port_));
    http::request<http::string_body> request;
    request.method_string(method);
    request.target(target);
    request.set(http::field::host, host());
    std::string cookies;
    for (const auto& [name, value] : cookies_) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty()) request.set(http::field::cookie, cookies);
    for (const auto& [name, value] : headers) request.set(name, value);
    request.body() = body;
    request.prepare_payload();
    boost::system::error_code ignored;
    http::write(stream, request, ignored);
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(16 * 1024 * 1024);
    if (method == "HEAD") parser.skip(true);
    http::read(stream, buffer, parser);
    const auto& response = parser.get();
    Reply reply;
    reply.status = static_cast<int>(response.result_int());
    for (const auto& field : response) {
        std::string name(field.name_string());
        std::transform(name.begin(), name.end(), name.begin(), ::tolower);
        if (name == "set-cookie") keepCookie(std::string_view(field.value()));
        reply.headers[name] = std::string(field.value());
    }
    reply.body = response.body();
    return reply;
}

}  // namespace ukey::sandbox_test
