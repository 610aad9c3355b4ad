// What a process of ours gives up at its start on Windows (security.md 21, 42).
#pragma once

namespace ukey::platform {

/// No dumps and no boxes for crashes, no reading, writing or debugging by other processes of the same user,
/// no code from the network, from the current folder or by hooks of others. What this Windows does not know
/// is left out.
void hardenOwnProcess() noexcept;

}  // namespace ukey::platform
