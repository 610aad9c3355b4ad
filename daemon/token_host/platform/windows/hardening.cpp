#include "daemon/token_host/platform/hardening.hpp"

#include <windows.h>

#include "tokenlib/process/platform/windows/hardening.hpp"

namespace ukey::token_host {
namespace {

void CALLBACK endProcess(void*, BOOLEAN) { ::TerminateProcess(::GetCurrentProcess(), 1); }

}  // namespace

// That it ends with ukeyd is its job's doing, and it inherited nothing but the channel; vendors' libraries do
// not survive a sandbox (docs/windows.md).
void hardenProcess(const process::Handle&) { platform::hardenOwnProcess(); }

void keepMemorySmall() {}

void endWithin(unsigned seconds) {
    constexpr DWORD kMilliseconds = 1000;
    HANDLE timer = nullptr;
    // It goes with the process.
    (void)::CreateTimerQueueTimer(&timer, nullptr, &endProcess, nullptr, seconds * kMilliseconds, 0,
                                  WT_EXECUTEONLYONCE | WT_EXECUTEINTIMERTHREAD);
}

}  // namespace ukey::token_host
