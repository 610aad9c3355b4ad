#include "daemon/ukeyd/platform/hardening.hpp"

#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "tokenlib/process/platform/system_calls.hpp"

namespace ukey {

void hardenProcess() noexcept {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#ifndef UKEY_SANITIZED  // The leak check of the sanitizers attaches to its own process.
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void hardenListening() {
    const auto sockets = platform::socketsThatDialogsNeed();
    if (sockets == platform::Sockets::all)
        spdlog::warn("the display is reached over the network, so connections to the network stay possible");
    if (!platform::giveUpSystemCalls(sockets, platform::Programs::alsoThirtyTwoBit))
        spdlog::warn("the system cannot take system calls away from this process");
}

}  // namespace ukey
