#include "daemon/ukeyd/platform/hardening.hpp"

#include "tokenlib/process/platform/windows/hardening.hpp"

namespace ukey {

void hardenProcess() noexcept { platform::hardenOwnProcess(); }

// Windows takes no system calls away from a process that goes on with its sockets; what keeps connections
// from going out there is a rule of the firewall, which is the administrator's (docs/windows.md).
void hardenListening() {}

}  // namespace ukey
