#include "daemon/server/handshake.hpp"

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

Verdict refuse(unsigned status, std::string_view code) {
    return {.action = Action::refuse, .status = status, .code = code, .origin = {}};
}

}  // namespace

Verdict judge(const RequestFacts& request, std::uint16_t port,
              const std::function<bool(const policy::Origin&)>& admits) {
    if (!request.sameUser) return refuse(403, "other-user");
    if (request.hostCount != 1 || !isOurHost(request.host, port)) return refuse(421, "wrong-host");
    const bool health = request.target == kHealthPath;
    if (!health && request.target != kSocketPath) return refuse(404, "not-found");
    if (request.method != "GET") return refuse(405, "method-not-allowed");
    if (request.hasBody) return refuse(400, "bad-request");
    auto origin = request.originCount == 1 ? policy::Origin::parse(request.origin) : std::nullopt;
    if (health) return {.action = Action::health, .status = 200, .code = {}, .origin = std::move(origin)};
    if (!origin || !admits(*origin)) return refuse(403, "origin-denied");
    if (!request.isUpgrade) return refuse(426, "upgrade-required");
    if (!request.offersSubprotocol) return refuse(400, "subprotocol-required");
    return {.action = Action::upgrade, .status = 101, .code = {}, .origin = std::move(origin)};
}

bool listHas(std::string_view list, std::string_view item) noexcept {
    while (!list.empty()) {
        const auto comma = list.find(',');
        std::string_view entry = list.substr(0, comma);
        while (!entry.empty() && (entry.front() == ' ' || entry.front() == '\t')) entry.remove_prefix(1);
        while (!entry.empty() && (entry.back() == ' ' || entry.back() == '\t')) entry.remove_suffix(1);
        if (entry == item) return true;
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return false;
}

}  // namespace ukey::server
