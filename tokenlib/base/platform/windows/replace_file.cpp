#include "tokenlib/base/platform/windows/replace_file.hpp"

#include <windows.h>

namespace ukey::platform {

std::uint32_t moveInto(const std::filesystem::path& fresh, const std::filesystem::path& path) noexcept {
    // Windows lets nobody replace a file that is open, and has no event for the end of that.
    constexpr DWORD kPauseMilliseconds = 5;
    constexpr int kTries = 400;
    for (int left = kTries;; --left) {
        if (::MoveFileExW(fresh.c_str(), path.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) !=
            FALSE)
            return 0;
        const DWORD error = ::GetLastError();
        const bool held = error == ERROR_ACCESS_DENIED || error == ERROR_SHARING_VIOLATION;
        if (!held || left == 0) return error;
        ::SleepEx(kPauseMilliseconds, FALSE);
    }
}

}  // namespace ukey::platform
