// Whose daemon this would be.
#pragma once

#include <optional>
#include <string>

namespace ukey {

/// Why this account is nobody who sits before a browser, so that the daemon must not run: on Windows the
/// system's own accounts and the session of services, in which an installer may start it.
std::optional<std::string> whyNotThisAccount();

}  // namespace ukey
