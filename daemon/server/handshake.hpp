// What becomes of an HTTP request: decided from its fields alone, before anything else is done with it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/policy/origin.hpp"

namespace ukey::server {

/// The parts of a request that count.
struct RequestFacts {
    bool sameUser = false;  ///< The connecting process belongs to the user of this one.
    std::string_view method;
    std::string_view target;
    unsigned hostCount = 0;  ///< How many Host fields there are.
    std::string_view host;
    unsigned originCount = 0;
    std::string_view origin;
    bool isUpgrade = false;          ///< A complete WebSocket handshake, version 13.
    bool offersSubprotocol = false;  ///< Sec-WebSocket-Protocol names ukey.v1.
    unsigned keyCount = 0;           ///< How many Sec-WebSocket-Key fields there are.
    std::string_view key;
    bool hasBody = false;
    bool isForStatus = false;  ///< Carries kStatusField, which no page can add without asking first.
};

struct Verdict {
    enum class Action : std::uint8_t { refuse, health, status, upgrade };

    Action action = Action::refuse;
    unsigned status = 403;
    std::string_view code;  ///< What a refusal says: a word of the protocol, never the request's own.
    /// Read from the request: for health and upgrade, and for a refusal of one that policy admits, which may
    /// read why.
    std::optional<policy::Origin> origin;
};

/// `port`: the one that this server listens on. `admits`: whether policy lets the origin connect.
/// In this order: peer's user 403, Host 421, path 404, method 405, Origin 403, upgrade 426, subprotocol 400,
/// key 400.
Verdict judge(const RequestFacts& request, std::uint16_t port,
              const std::function<bool(const policy::Origin&)>& admits);

/// The origin that a request names which is no whole request; nothing when there is none, or more than one.
std::optional<policy::Origin> originIn(std::string_view head);

/// Whether the comma-separated list has the item.
bool listHas(std::string_view list, std::string_view item) noexcept;

inline constexpr std::string_view kSubprotocol = "ukey.v1";
inline constexpr std::string_view kSocketPath = "/ukey/v1";
inline constexpr std::string_view kHealthPath = "/health";
/// For this user's own programs, never for a page: one that asks learns nothing, not even that it is there.
inline constexpr std::string_view kStatusPath = "/status";
inline constexpr std::string_view kStatusField = "X-Ukey-Status";

}  // namespace ukey::server
