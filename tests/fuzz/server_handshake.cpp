#include <array>

#include "daemon/server/handshake.hpp"

/// Method, target, Host, Origin and Sec-WebSocket-Protocol, a line each, after an octet of switches.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ukey;
    if (size == 0) return 0;
    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::array<std::string_view, 5> lines;
    for (auto& line : lines) {
        const auto end = rest.find('\n');
        line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    const auto bit = [&](unsigned n) { return (data[0] >> n & 1U) != 0; };
    const server::RequestFacts facts{.sameUser = !bit(0),
                                     .method = lines[0],
                                     .target = lines[1],
                                     .hostCount = bit(1) ? 2U : 1U,
                                     .host = lines[2],
                                     .originCount = bit(2) ? 2U : 1U,
                                     .origin = lines[3],
                                     .isUpgrade = !bit(3),
                                     .offersSubprotocol = server::listHas(lines[4], server::kSubprotocol),
                                     .keyCount = bit(5) ? 2U : 1U,
                                     .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                     .hasBody = bit(4)};
    server::originIn(std::string_view(reinterpret_cast<const char*>(data), size));
    const auto verdict = server::judge(
        facts, 23510, [](const policy::Origin& origin) { return origin.host == "portal.example"; });
    if (verdict.origin && verdict.origin->text() != lines[3]) __builtin_trap();
    if (verdict.action == server::Verdict::Action::upgrade) {
        const bool right = facts.sameUser && facts.hostCount == 1 && facts.originCount == 1 &&
                           facts.isUpgrade && facts.offersSubprotocol && facts.keyCount == 1 &&
                           verdict.origin && lines[1] == server::kSocketPath &&
                           verdict.origin->host == "portal.example";
        if (!right) __builtin_trap();
    }
    return 0;
}
