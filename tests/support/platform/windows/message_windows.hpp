// The windows that nobody sees, on which programs hear what Windows tells windows alone.
#pragma once

#include <windows.h>

#include <stdexcept>
#include <string>

namespace ukey::test {

/// That of a process among the children of `parent`: HWND_MESSAGE, or null for those at the top.
inline HWND messageWindowOf(DWORD process, HWND parent) {
    HWND window = nullptr;
    DWORD owner = 0;
    while ((window = ::FindWindowExW(parent, window, L"UkeyBridgeMessages", nullptr)) != nullptr) {
        ::GetWindowThreadProcessId(window, &owner);
        if (owner == process) return window;
    }
    throw std::runtime_error("process " + std::to_string(process) + " has no window for messages");
}

}  // namespace ukey::test
