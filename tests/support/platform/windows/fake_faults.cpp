#include "tests/support/platform/fake_faults.hpp"

#include <windows.h>

#include <cstdint>

#include "tokenlib/base/platform/windows/handles.hpp"

namespace ukey::test::platform {

void hang() {
    for (;;) ::Sleep(INFINITE);
}

void crash() { ::RaiseException(EXCEPTION_ACCESS_VIOLATION, EXCEPTION_NONCONTINUABLE, 0, nullptr); }

void exitAtOnce() {
    ::TerminateProcess(::GetCurrentProcess(), 0);
    hang();
}

int processId() { return static_cast<int>(::GetCurrentProcessId()); }

void writeToChannel(const std::string& name, std::string_view octets) {
    const HANDLE channel = reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(std::stoll(name)));
    const ukey::platform::UniqueHandle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
    OVERLAPPED overlapped{};
    // With the lowest bit set nothing is told to the completion port of the channel's owner.
    overlapped.hEvent =
        reinterpret_cast<HANDLE>(reinterpret_cast<std::uintptr_t>(done.get()) | std::uintptr_t{1});
    DWORD written = 0;
    if (::WriteFile(channel, octets.data(), static_cast<DWORD>(octets.size()), nullptr, &overlapped) !=
            FALSE ||
        ::GetLastError() == ERROR_IO_PENDING)
        ::GetOverlappedResult(channel, &overlapped, &written, TRUE);
}

Bytes triedSockets() { return {}; }

}  // namespace ukey::test::platform
