#include "daemon/ukeyd/hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace ukey {

void hardenProcess() noexcept {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#ifndef UKEY_SANITIZED  // The leak check of the sanitizers attaches to its own process.
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

}  // namespace ukey
