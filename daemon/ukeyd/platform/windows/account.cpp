#include "daemon/ukeyd/platform/account.hpp"

#include <windows.h>

#include <array>
#include <string_view>

#include "tokenlib/base/platform/windows/access_list.hpp"

namespace ukey {

std::optional<std::string> whyNotThisAccount() {
    // SYSTEM, LOCAL SERVICE, NETWORK SERVICE.
    constexpr std::array<std::string_view, 3> kSystems{"S-1-5-18", "S-1-5-19", "S-1-5-20"};
    const std::string own = platform::ownSid();
    for (const std::string_view system : kSystems) {
        if (own == system) return "it runs for a user, not for the system (" + own + ")";
    }
    DWORD session = 0;
    if (::ProcessIdToSessionId(::GetCurrentProcessId(), &session) == FALSE || session == 0)
        return "it runs in a user's session, not in that of services";
    return std::nullopt;
}

}  // namespace ukey
