#include "sandbox/http/router.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

#include "tokenlib/base/error.hpp"

namespace ukey::http {
namespace {

/// Pages may reach the bridge on the loopback interface, and load nothing from elsewhere.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:* wss://localhost:* http://127.0.0.1:* "
    "http://localhost:*; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

void addSecurityHeaders(Response& response) {
    response.headers.emplace_back("Content-Security-Policy", kContentPolicy);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
}

/// Errors of the shared kind that a handler lets through.
Response responseTo(const Error& error) {
    switch (error.code()) {
        case ErrorCode::badRequest:
            return errorResponse(400, "bad-request",
                                 {"请求的内容不正确。", "The request is not well formed."});
        case ErrorCode::certificateNotFound:
            return errorResponse(404, "certificate-not-found",
                                 {"没有这张证书。", "There is no such certificate."});
        default:
            return errorResponse(500, "internal",
                                 {"服务器内部错误，请稍后再试。", "The server failed; try again later."});
    }
}

Response guarded(const std::function<Response()>& handler) {
    try {
        return handler();
    } catch (const Error& error) {
        spdlog::warn("{}: {}", toString(error.code()), error.what());
        return responseTo(error);
    } catch (const std::exception& error) {
        spdlog::error("{}", error.what());
        return responseTo(Error(ErrorCode::internal, error.what()));
    }
}

bool isReading(const std::string& method) { return method == "GET" || method == "HEAD"; }

}  // namespace

void Router::on(const std::string& method, const std::string& path, Handler handler) {
    routes_.push_back(
        {method, path, false, [handler = std::move(handler)](const Request& request, const std::string&) {
             return handler(request);
         }});
}

void Router::onPrefix(const std::string& method, const std::string& prefix, WildcardHandler handler) {
    routes_.push_back({method, prefix, true, std::move(handler)});
}

bool Router::isOwnHost(const std::string& host) const {
    return std::any_of(origins_.begin(), origins_.end(), [&](const std::string& origin) {
        return origin.substr(origin.find("//") + 2) == host;
    });
}

bool Router::isForeign(const Request& request) const {
    if (isReading(request.method)) return false;
    const std::string origin = request.header("origin");
    if (!origin.empty()) return std::find(origins_.begin(), origins_.end(), origin) == origins_.end();
    const std::string site = request.header("sec-fetch-site");
    return !site.empty() && site != "same-origin" && site != "none";
}

Response Router::handle(const Request& request) const {
    auto response = guarded([&] { return dispatch(request); });
    addSecurityHeaders(response);
    return response;
}

Response Router::dispatch(const Request& request) const {
    if (!isOwnHost(request.header("host"))) {
        return errorResponse(421, "wrong-host",
                             {"这个地址不属于本站。", "This site does not go by that name."});
    }
    if (isForeign(request)) {
        return errorResponse(
            403, "foreign-origin",
            {"请求来自其他网站，已拒绝。", "The request came from another site and was refused."});
    }
    bool otherMethod = false;
    for (const auto& route : routes_) {
        const bool matches =
            route.prefix ? request.path.rfind(route.path, 0) == 0 && request.path.size() > route.path.size()
                         : request.path == route.path;
        if (!matches) continue;
        if (route.method == request.method || (route.method == "GET" && request.method == "HEAD")) {
            return route.handler(request, route.prefix ? request.path.substr(route.path.size()) : "");
        }
        otherMethod = true;
    }
    if (otherMethod) {
        return errorResponse(405, "method-not-allowed",
                             {"不支持这种请求方法。", "This address does not take that method."});
    }
    const bool ofApi = request.path.rfind("/api/", 0) == 0;
    if (otherwise_ && isReading(request.method) && !ofApi) return otherwise_(request);
    return errorResponse(404, "not-found", {"没有这个页面。", "There is no such page."});
}

}  // namespace ukey::http
