#include "tests/support/platform/process_state.hpp"

#include <windows.h>

#include "tokenlib/base/platform/windows/handles.hpp"

namespace ukey::test {

bool isGone(int process) {
    const platform::UniqueHandle handle(::OpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(process)));
    return !handle || ::WaitForSingleObject(handle.get(), 0) == WAIT_OBJECT_0;
}

}  // namespace ukey::test
