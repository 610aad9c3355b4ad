// What a process gives up before it begins its work.
#pragma once

namespace ukey {

/// No core dumps, no debugger of the same user, no new privileges for children (security.md 21).
void hardenProcess() noexcept;

}  // namespace ukey
