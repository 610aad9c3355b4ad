// What a process gives up before it begins its work.
#pragma once

namespace ukey {

/// No core dumps, no debugger of the same user, no new privileges for children (security.md 21).
void hardenProcess() noexcept;

/// When everything that it listens on is open: no new connection to anywhere, and none of the system calls
/// that it does not need, for itself and all that it starts (42, 68).
void hardenListening();

}  // namespace ukey
