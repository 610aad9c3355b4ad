// The few HTTP answers there are. None of them carries anything of the request but an origin that was read as
// such.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/policy/origin.hpp"

namespace ukey::server {

/// The whole answer, ready to be sent; the connection closes after it. Headers as in security.md 9. `origin`
/// may read it from its page.
std::string refusalText(unsigned status, std::string_view code, const std::optional<policy::Origin>& origin);

/// `GET /health`; `origin` may read it from its page.
std::string healthText(std::string_view version, const std::optional<policy::Origin>& origin);

/// `GET /status`; `json` is the whole body.
std::string statusText(std::string_view json);

}  // namespace ukey::server
