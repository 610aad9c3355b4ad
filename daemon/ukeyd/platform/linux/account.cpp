#include "daemon/ukeyd/platform/account.hpp"

namespace ukey {

// Every account may sit before a browser here, root's too.
std::optional<std::string> whyNotThisAccount() { return std::nullopt; }

}  // namespace ukey
