#include "daemon/ukeyd/platform/hardening.hpp"

#include "tokenlib/process/platform/windows/hardening.hpp"

namespace ukey {

void hardenProcess() noexcept { platform::hardenOwnProcess(); }

// Windows takes no system calls away from a process that goes on with its sockets; the installer's rule for
// the firewall keeps connections from going out.
void hardenListening() {}

}  // namespace ukey
