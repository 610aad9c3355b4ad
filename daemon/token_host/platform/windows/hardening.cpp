#include "daemon/token_host/platform/hardening.hpp"

#include <windows.h>

#include <array>
#include <cstddef>

#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/process/platform/windows/hardening.hpp"

namespace ukey::token_host {
namespace {

/// All but the right to walk through folders, and for good: the system gives none back.
void dropPrivileges() noexcept {
    HANDLE opened = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, &opened) == FALSE)
        return;
    const platform::UniqueHandle token(opened);
    alignas(TOKEN_PRIVILEGES) std::array<std::byte, 4096> room{};
    DWORD size = 0;
    LUID kept{};
    if (::GetTokenInformation(token.get(), TokenPrivileges, room.data(), static_cast<DWORD>(room.size()),
                              &size) == FALSE ||
        ::LookupPrivilegeValueW(nullptr, SE_CHANGE_NOTIFY_NAME, &kept) == FALSE)
        return;
    auto* held = reinterpret_cast<TOKEN_PRIVILEGES*>(room.data());
    LUID_AND_ATTRIBUTES* const first = held->Privileges;
    for (DWORD i = 0; i < held->PrivilegeCount; ++i) {
        const bool stays = first[i].Luid.LowPart == kept.LowPart && first[i].Luid.HighPart == kept.HighPart;
        first[i].Attributes = stays ? SE_PRIVILEGE_ENABLED : SE_PRIVILEGE_REMOVED;
    }
    (void)::AdjustTokenPrivileges(token.get(), FALSE, held, 0, nullptr, nullptr);
}

void CALLBACK endProcess(void*, BOOLEAN) { ::TerminateProcess(::GetCurrentProcess(), 1); }

}  // namespace

// That it ends with ukeyd is its job's doing, and it inherited nothing but the channel; vendors' libraries do
// not survive a sandbox (docs/windows.md).
void hardenProcess(const process::Handle&) {
    platform::hardenOwnProcess();
    dropPrivileges();
}

void keepMemorySmall() {}

void endWithin(unsigned seconds) {
    constexpr DWORD kMilliseconds = 1000;
    HANDLE timer = nullptr;
    // It goes with the process.
    (void)::CreateTimerQueueTimer(&timer, nullptr, &endProcess, nullptr, seconds * kMilliseconds, 0,
                                  WT_EXECUTEONLYONCE | WT_EXECUTEINTIMERTHREAD);
}

}  // namespace ukey::token_host
