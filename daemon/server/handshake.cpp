#include "daemon/server/handshake.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace ukey::server {
namespace {

using Action = Verdict::Action;

/// A name that resolves to this computer only by somebody's DNS is not ours (security.md 6).
bool isOurHost(std::string_view host, std::uint16_t port) {
    const std::string suffix = ":" + std::to_string(port);
    if (!host.ends_with(suffix)) return false;
    host.remove_suffix(suffix.size());
    return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

/// RFC 6455 4.2.1: 16 octets as base64. Beast looks at the length alone.
bool isKey(std::string_view key) {
    constexpr std::size_t kLength = 24;
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr std::string_view kLastDigits = "AQgw";  // Of 132 bits the last four stand for nothing.
    return key.size() == kLength && key.ends_with("==") &&
           key.substr(0, kLength - 2).find_first_not_of(kDigits) == std::string_view::npos &&
           kLastDigits.find(key[kLength - 3]) != std::string_view::npos;
}

bool isSameName(std::string_view name, std::string_view lower) {
    return std::equal(name.begin(), name.end(), lower.begin(), lower.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

}  // namespace

Verdict judge(const RequestFacts& request, std::uint16_t port,
              const std::function<bool(const policy::Origin&)>& admits) {
    auto origin = request.originCount == 1 ? policy::Origin::parse(request.origin) : std::nullopt;
    const bool admitted = request.sameUser && origin && admits(*origin);
    const auto refuse = [&](unsigned status, std::string_view code) {
        return Verdict{.action = Action::refuse,
                       .status = status,
                       .code = code,
                       .origin = admitted ? std::move(origin) : std::nullopt};
    };
    if (!request.sameUser) return refuse(403, "other-user");
    if (request.hostCount != 1 || !isOurHost(request.host, port)) return refuse(421, "wrong-host");
    const bool health = request.target == kHealthPath;
    const bool status = request.target == kStatusPath && request.isForStatus && request.originCount == 0;
    if (!health && !status && request.target != kSocketPath) return refuse(404, "not-found");
    if (request.method != "GET") return refuse(405, "method-not-allowed");
    if (request.hasBody) return refuse(400, "bad-request");
    if (health) return {.action = Action::health, .status = 200, .code = {}, .origin = std::move(origin)};
    if (status) return {.action = Action::status, .status = 200, .code = {}, .origin = std::nullopt};
    if (!admitted) return refuse(403, "origin-denied");
    if (!request.isUpgrade) return refuse(426, "upgrade-required");
    if (!request.offersSubprotocol) return refuse(400, "subprotocol-required");
    if (request.keyCount != 1 || !isKey(request.key)) return refuse(400, "bad-request");
    return {.action = Action::upgrade, .status = 101, .code = {}, .origin = std::move(origin)};
}

std::optional<policy::Origin> originIn(std::string_view head) {
    std::optional<policy::Origin> origin;
    for (bool seen = false;;) {
        const auto end = head.find('\n');
        if (end == std::string_view::npos) return origin;
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(end + 1);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !isSameName(line.substr(0, colon), "origin")) continue;
        if (std::exchange(seen, true)) return std::nullopt;
        origin = policy::Origin::parse(trimmed(line.substr(colon + 1)));
    }
}

bool listHas(std::string_view list, std::string_view item) noexcept {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (trimmed(list.substr(0, comma)) == item) return true;
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return false;
}

}  // namespace ukey::server
