#include "sandbox/http/message.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::http {
namespace {

std::optional<unsigned> hexDigit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<std::string> percentDecoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const auto high = hexDigit(text[i + 1]);
        const auto low = hexDigit(text[i + 2]);
        if (!high || !low) return std::nullopt;
        decoded.push_back(static_cast<char>(*high * 16 + *low));
        i += 2;
    }
    if (decoded.find('\0') != std::string::npos || !isUtf8(decoded)) return std::nullopt;
    return decoded;
}

bool parseQuery(std::string_view text, std::map<std::string, std::string>& query) {
    while (!text.empty()) {
        const auto end = text.find('&');
        const auto pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        const auto equals = pair.find('=');
        const auto name = percentDecoded(pair.substr(0, equals));
        const auto value =
            percentDecoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
        if (!name || !value) return false;
        query[*name] = *value;
    }
    return true;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

std::string Request::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

std::string Request::cookie(std::string_view name) const {
    const std::string all = header("cookie");
    std::string_view rest = all;
    while (!rest.empty()) {
        const auto end = rest.find(';');
        const auto pair = trimmed(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
            return std::string(pair.substr(equals + 1));
        }
    }
    return {};
}

Response jsonResponse(const nlohmann::json& body, int status) {
    return {status, "application/json", body.dump(), {{"Cache-Control", "no-store"}}};
}

Response errorResponse(int status, std::string_view code, const Text& text) {
    return jsonResponse({{"error", {{"code", code}, {"message", {{"zh-CN", text.zh}, {"en", text.en}}}}}},
                        status);
}

nlohmann::json jsonBody(const Request& request) {
    const std::string type = request.header("content-type");
    if (type != "application/json" && type.rfind("application/json;", 0) != 0) {
        throw Error(ErrorCode::badRequest, "the content type has to be application/json");
    }
    auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object()) throw Error(ErrorCode::badRequest, "the body is not a JSON object");
    return body;
}

std::string textField(const nlohmann::json& object, const char* name, std::size_t maxLength) {
    const auto field = object.find(name);
    if (field == object.end() || !field->is_string()) {
        throw Error(ErrorCode::badRequest, std::string("a text is missing: ") + name);
    }
    auto text = field->get<std::string>();
    if (text.size() > maxLength)
        throw Error(ErrorCode::badRequest, std::string("a text is too long: ") + name);
    return text;
}

std::string optionalTextField(const nlohmann::json& object, const char* name, std::size_t maxLength) {
    return object.contains(name) ? textField(object, name, maxLength) : std::string();
}

bool parseTarget(std::string_view target, Request& request) {
    if (target.empty() || target[0] != '/') return false;
    const auto mark = target.find('?');
    auto path = percentDecoded(target.substr(0, mark));
    if (!path) return false;
    request.path = std::move(*path);
    return mark == std::string_view::npos || parseQuery(target.substr(mark + 1), request.query);
}

}  // namespace ukey::http
