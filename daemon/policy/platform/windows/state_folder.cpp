#include "daemon/policy/state_folder.hpp"

#include <windows.h>

#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/windows/access_list.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::policy {

using ukey::platform::UniqueHandle;

struct StateLock::File {
    UniqueHandle handle;
};

// A file that nobody else may open for writing, not a name in the session's own space of names: one user may
// have two sessions, and the folder is the same in both.
StateLock::StateLock(const std::filesystem::path& stateDir) : file_(std::make_unique<File>()) {
    makeStateFolder(stateDir);
    const std::filesystem::path path = stateDir / "ukeyd.lock";
    const platform::LocalMemory descriptor = platform::ownerOnlyDescriptor();
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    file_->handle =
        UniqueHandle(::CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, &attributes,
                                   OPEN_ALWAYS, FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
    if (!file_->handle) {
        const DWORD error = ::GetLastError();
        if (error != ERROR_SHARING_VIOLATION)
            throw Error(ErrorCode::internal,
                        "cannot lock " + pathText(path) + ": " + platform::describeError(error));
        otherHolder_ = 0;
        const UniqueHandle other(::CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                               nullptr, OPEN_EXISTING, 0, nullptr));
        DWORD holder = 0;
        DWORD got = 0;
        if (other && ::ReadFile(other.get(), &holder, sizeof holder, &got, nullptr) != FALSE &&
            got == sizeof holder)
            otherHolder_ = static_cast<int>(holder);
        return;
    }
    // Who asks in vain is told who has it.
    const DWORD own = ::GetCurrentProcessId();
    DWORD written = 0;
    ::WriteFile(file_->handle.get(), &own, sizeof own, &written, nullptr);
}

StateLock::~StateLock() = default;

}  // namespace ukey::policy
