#include "daemon/policy/origin.hpp"

#include <algorithm>
#include <charconv>

#include "daemon/policy/registrable_domain.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::policy {
namespace {

constexpr std::size_t kLongestOrigin = 300;  // Scheme, 253 characters of host, port.
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;

bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isScheme(std::string_view scheme) {
    return !scheme.empty() && isLower(scheme.front()) &&
           std::all_of(scheme.begin(), scheme.end(),
                       [](char c) { return isLower(c) || isDigit(c) || c == '+' || c == '-' || c == '.'; });
}

bool isLabel(std::string_view label) {
    if (label.empty() || label.size() > kLongestLabel || label.front() == '-' || label.back() == '-')
        return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return isLower(c) || isDigit(c) || c == '-' || c == '_'; });
}

bool isHostName(std::string_view host) {
    if (host.empty() || host.size() > kLongestHost) return false;
    for (;;) {
        const auto dot = host.find('.');
        if (!isLabel(host.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        host.remove_prefix(dot + 1);
    }
}

bool isBracketedAddress(std::string_view host) {
    if (host.size() < 4 || host.size() > 41 || host.front() != '[' || host.back() != ']') return false;
    const std::string_view inner = host.substr(1, host.size() - 2);
    return std::all_of(inner.begin(), inner.end(),
                       [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || c == ':'; });
}

std::optional<std::uint16_t> parsePort(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool plain = error == std::errc() && end == text.data() + text.size() && text.front() != '0';
    return plain ? std::optional(port) : std::nullopt;
}

std::optional<std::uint16_t> defaultPort(std::string_view scheme) {
    if (scheme == "https") return std::uint16_t{443};
    if (scheme == "http") return std::uint16_t{80};
    return std::nullopt;
}

/// Takes the text apart; the host is not looked at yet.
std::optional<Origin> split(std::string_view text) {
    if (text.size() > kLongestOrigin) return std::nullopt;
    const auto mark = text.find("://");
    if (mark == std::string_view::npos) return std::nullopt;
    Origin origin;
    origin.scheme = text.substr(0, mark);
    std::string_view rest = text.substr(mark + 3);
    const auto bracket = rest.find(']');
    const auto colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        const std::string_view digits = rest.substr(colon + 1);
        if (digits.empty()) return std::nullopt;
        origin.port = parsePort(digits);
        if (!origin.port) return std::nullopt;
        rest = rest.substr(0, colon);
    }
    origin.host = rest;
    return origin;
}

bool isKnownTuple(const Origin& origin) {
    return isScheme(origin.scheme) && origin.scheme != "file" &&
           (isHostName(origin.host) || isBracketedAddress(origin.host));
}

std::string lowered(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

[[noreturn]] void refuse(const std::string& why) { throw Error(ErrorCode::badRequest, why); }

}  // namespace

std::optional<Origin> Origin::parse(std::string_view text) {
    auto origin = split(text);
    if (!origin || !isKnownTuple(*origin)) return std::nullopt;
    if (origin->port && origin->port == defaultPort(origin->scheme)) return std::nullopt;
    return origin;
}

std::string Origin::text() const {
    std::string text = scheme + "://" + host;
    if (port) text += ":" + std::to_string(*port);
    return text;
}

OriginPattern OriginPattern::parse(std::string_view text) {
    if (text == "*") refuse("\"*\" would let every site in; name each origin");
    if (text == "null") refuse("\"null\" is what any page can make itself; it cannot be allowed");
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        refuse("write the host name in its ASCII form (xn--…)");
    auto origin = split(lowered(text));
    if (!origin) refuse("an origin is written scheme://host or scheme://host:port, without a path");
    OriginPattern pattern;
    if (origin->host.starts_with("*.")) {
        pattern.wildcard_ = true;
        origin->host.erase(0, 2);
        if (isPublicSuffix(origin->host))
            refuse("below " + origin->host +
                   " anybody may register a name; a wildcard there lets everybody in");
    }
    if (origin->host.find('*') != std::string::npos)
        refuse("a wildcard may stand only for the whole first label of the host");
    if (origin->host.ends_with('.')) refuse("leave out the dot at the end of the host");
    if (!isKnownTuple(*origin))
        refuse("an origin is written scheme://host or scheme://host:port, without a path");
    const bool isAddress = isDigit(origin->host[origin->host.rfind('.') + 1]) || origin->host.front() == '[';
    if (pattern.wildcard_ && isAddress) refuse("a wildcard needs a host name");
    if (origin->port == defaultPort(origin->scheme)) origin->port.reset();
    pattern.origin_ = std::move(*origin);
    return pattern;
}

bool OriginPattern::matches(const Origin& origin) const {
    if (origin.scheme != origin_.scheme || origin.port != origin_.port) return false;
    if (!wildcard_) return origin.host == origin_.host;
    const auto dot = origin.host.find('.');
    return dot != std::string::npos && dot > 0 &&
           std::string_view(origin.host).substr(dot + 1) == origin_.host;
}

std::string OriginPattern::text() const {
    if (!wildcard_) return origin_.text();
    Origin shown = origin_;
    shown.host = "*." + shown.host;
    return shown.text();
}

}  // namespace ukey::policy
