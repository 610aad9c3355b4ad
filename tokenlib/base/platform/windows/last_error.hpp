// Errors of Windows' own functions as exceptions.
#pragma once

#include <windows.h>

#include <string>
#include <system_error>

namespace ukey::platform {

[[noreturn]] inline void throwSystemError(DWORD error, const std::string& what) {
    throw std::system_error(static_cast<int>(error), std::system_category(), what);
}

/// What GetLastError says; before anything else could have changed it.
[[noreturn]] inline void throwLastError(const char* what) {
    const DWORD error = ::GetLastError();
    throwSystemError(error, what);
}

}  // namespace ukey::platform
