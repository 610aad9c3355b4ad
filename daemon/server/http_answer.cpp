#include "daemon/server/http_answer.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

namespace ukey::server {
namespace {

namespace http = boost::beast::http;
using Response = http::response<http::string_body>;

Response makeResponse(unsigned status, std::string body, const std::optional<policy::Origin>& reader) {
    Response response(static_cast<http::status>(status), 11);
    response.set(http::field::content_type, "application/json");
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    response.set("Cross-Origin-Resource-Policy", reader ? "cross-origin" : "same-origin");
    response.set("Referrer-Policy", "no-referrer");
    response.set(http::field::vary, "Origin");
    if (reader) response.set(http::field::access_control_allow_origin, reader->text());
    response.keep_alive(false);
    response.body() = std::move(body);
    response.prepare_payload();
    return response;
}

std::string textOf(const Response& response) {
    std::ostringstream text;
    text << response;
    return text.str();
}

}  // namespace

std::string refusalText(unsigned status, std::string_view code, const std::optional<policy::Origin>& origin) {
    Response response = makeResponse(status, nlohmann::json{{"error", code}}.dump(), origin);
    if (status == 405) response.set(http::field::allow, "GET");
    if (status == 426) {
        response.set(http::field::upgrade, "websocket");
        response.set(http::field::connection, "Upgrade, close");
    }
    return textOf(response);
}

std::string healthText(std::string_view version, const std::optional<policy::Origin>& origin) {
    const nlohmann::json health{{"name", "ukeyd"}, {"protocol", "ukey.v1"}, {"version", version}};
    return textOf(makeResponse(200, health.dump(), origin));
}

std::string statusText(std::string_view json) {
    return textOf(makeResponse(200, std::string(json), std::nullopt));
}

}  // namespace ukey::server
