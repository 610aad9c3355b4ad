#include "daemon/rpc/structure.hpp"

#include <algorithm>

namespace ukey::rpc {
namespace {

/// The place after a string's closing quote; `at` is after the opening one.
std::size_t skipString(std::string_view text, std::size_t at) noexcept {
    for (;;) {
        at = text.find_first_of("\"\\", at);
        if (at == std::string_view::npos) return text.size();
        if (text[at] == '"') return at + 1;
        at += 2;
    }
}

std::size_t skipBlanks(std::string_view text, std::size_t at) noexcept {
    return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

/// The place after the value that begins at `at`; the text's end when it does not end within.
std::size_t skipValue(std::string_view text, std::size_t at) noexcept {
    std::size_t depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = skipString(text, at + 1);
            if (depth == 0) return at;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
        if (c == '{' || c == '[') ++depth;
        ++at;
        if ((c == '}' || c == ']') && --depth == 0) return at;
    }
    return at;
}

}  // namespace

std::optional<std::string> withoutParams(std::string_view text) {
    std::size_t at = skipBlanks(text, 0);
    if (at == text.size() || text[at] != '{') return std::nullopt;
    std::string rest = "{";
    unsigned known = 0;  // Of method and id.
    at = skipBlanks(text, at + 1);
    if (at < text.size() && text[at] == '}') return "{}";
    while (at < text.size() && text[at] == '"') {
        const std::size_t nameEnd = skipString(text, at + 1);
        const std::string_view name = text.substr(at, nameEnd - at);
        const std::size_t colon = skipBlanks(text, nameEnd);
        if (colon == text.size() || text[colon] != ':') return std::nullopt;
        const std::size_t value = skipBlanks(text, colon + 1);
        const bool isParams = name == "\"params\"";
        // Who names both first, as everybody does, is known without a look at the rest.
        if (isParams && known == 2 && value < text.size()) return rest + "}";
        const std::size_t end = skipValue(text, value);
        if (end >= text.size()) return std::nullopt;
        if (name == "\"method\"" || name == "\"id\"") ++known;
        if (!isParams) {
            if (rest.size() > 1) rest += ',';
            rest.append(text, at, end - at);
        }
        at = skipBlanks(text, end);
        if (at < text.size() && text[at] == '}') return rest + "}";
        if (at == text.size() || text[at] != ',') return std::nullopt;
        at = skipBlanks(text, at + 1);
    }
    return std::nullopt;
}

bool isWithin(std::string_view text, const StructureLimits& limits) noexcept {
    std::size_t depth = 0;
    std::size_t values = 1;
    for (std::size_t at = 0; at < text.size();) {
        switch (text[at++]) {
            case '"':
                at = skipString(text, at);
                break;
            case '{':
            case '[':
                if (++depth > limits.depth || ++values > limits.values) return false;
                break;
            case '}':
            case ']':
                if (depth > 0) --depth;
                break;
            case ',':
                if (++values > limits.values) return false;
                break;
            default:
                break;
        }
    }
    return true;
}

}  // namespace ukey::rpc
