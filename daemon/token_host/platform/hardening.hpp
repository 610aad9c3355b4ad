// What a token host gives up before it loads a vendor's library (security.md 21, 42).
#pragma once

#include "tokenlib/process/handle.hpp"

namespace ukey::token_host {

/// No core dumps, no debugger of the same user, no new privileges, dies with its parent, nothing open but the
/// standard streams and `channel`, no network, and none of the system calls that no driver needs, each as far
/// as the system has it; Ctrl-C in the terminal is for ukeyd.
void hardenProcess(const process::Handle& channel);

/// One heap for both threads, memory given back early: an idle host should hardly count.
void keepMemorySmall();

/// Ends the process if it still runs after so many seconds, whatever the driver's clean-up hangs in.
void endWithin(unsigned seconds);

}  // namespace ukey::token_host
