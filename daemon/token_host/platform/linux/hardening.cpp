#include "daemon/token_host/platform/hardening.hpp"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "tokenlib/base/sanitizers.hpp"
#include "tokenlib/process/platform/system_calls.hpp"

namespace ukey::token_host {
namespace {

void closeFrom(int first) {
    if (::syscall(SYS_close_range, first, ~0U, 0) == 0) return;
    const long limit = ::sysconf(_SC_OPEN_MAX);
    for (int fd = first; fd < limit; ++fd) (void)::close(fd);
}

}  // namespace

void hardenProcess(const process::Handle& channel) {
    // A leak checker attaches to its own process.
    if (!kSanitized) (void)::prctl(PR_SET_DUMPABLE, 0);
    (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
    (void)std::signal(SIGINT, SIG_IGN);
    (void)std::signal(SIGHUP, SIG_IGN);
    (void)std::signal(SIGPIPE, SIG_IGN);
    if (!kSanitized) closeFrom(static_cast<int>(channel.value()) + 1);
    (void)platform::giveUpSystemCalls(platform::socketsThatDialogsNeed(), platform::Programs::own);
}

void keepMemorySmall() {
    (void)::mallopt(M_ARENA_MAX, 1);
    (void)::mallopt(M_TRIM_THRESHOLD, 64 * 1024);
    (void)::mallopt(M_MMAP_THRESHOLD, 64 * 1024);
}

void endWithin(unsigned seconds) {
    (void)std::signal(SIGALRM, SIG_DFL);
    (void)::alarm(seconds);
}

}  // namespace ukey::token_host
