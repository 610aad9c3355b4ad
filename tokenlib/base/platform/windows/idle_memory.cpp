#include "tokenlib/base/platform/idle_memory.hpp"

#include <windows.h>

namespace ukey::platform {

void releaseIdleMemory() noexcept {
    (void)::SetProcessWorkingSetSize(::GetCurrentProcess(), static_cast<SIZE_T>(-1), static_cast<SIZE_T>(-1));
}

}  // namespace ukey::platform
