// HTTP requests and responses as the sites see them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace ukey::http {

struct Request {
    std::string method;  ///< "GET", "POST", ….
    std::string path;    ///< Percent-decoded, without the query; always begins with '/'.
    std::map<std::string, std::string> query;
    /// Names in lower case.
    std::map<std::string, std::string> headers;
    std::string body;

    /// Empty when there is none.
    std::string header(const std::string& name) const;
    std::string cookie(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::string contentType;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

Response jsonResponse(const nlohmann::json& body, int status = 200);

/// A refusal that a page can show: {"error":{"code","message":{"zh-CN","en"}}}.
struct Text {
    std::string_view zh;
    std::string_view en;
};
Response errorResponse(int status, std::string_view code, const Text& text);

/// The body as a JSON object; throws ukey::Error bad-request when it is none. A POST without the JSON content
/// type is refused too: other types can be sent by a foreign page without a preflight (security.md 7).
nlohmann::json jsonBody(const Request& request);

/// A field of the object that has to be a text of at most `maxLength` octets; throws bad-request.
std::string textField(const nlohmann::json& object, const char* name, std::size_t maxLength = 256);
/// The same, empty when the field is absent.
std::string optionalTextField(const nlohmann::json& object, const char* name, std::size_t maxLength = 256);

/// Splits "a?b=c" into path and query and undoes percent-encoding. False for what is no proper target: not
/// beginning with '/', a broken escape, a NUL.
bool parseTarget(std::string_view target, Request& request);

}  // namespace ukey::http
