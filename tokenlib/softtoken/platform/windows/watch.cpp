#include "tokenlib/softtoken/platform/watch.hpp"

#include <windows.h>

#include <array>
#include <utility>
#include <vector>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"
#include "tokenlib/softtoken/platform/files.hpp"

namespace ukey::softtoken::platform {
namespace {

using ukey::platform::UniqueHandle;

[[noreturn]] void fail(const std::string& what) {
    throw Error(ErrorCode::driverError, what + ": " + ukey::platform::describeError(::GetLastError()));
}

using Change = ukey::platform::OwnedHandle<&::FindCloseChangeNotification>;

/// Tells of files and folders that come to a folder or go from it, not of what is deeper.
Change changesIn(const std::string& folder) {
    return Change(::FindFirstChangeNotificationW(ukey::platform::toWide(folder).c_str(), FALSE,
                                                 FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME));
}

}  // namespace

struct FolderWatch::Handles {
    UniqueHandle wakeUp{::CreateEventW(nullptr, FALSE, FALSE, nullptr)};
    std::vector<Change> changes;
};

FolderWatch::FolderWatch() : handles_(std::make_unique<Handles>()) {
    if (!handles_->wakeUp) fail("cannot watch folders");
}

FolderWatch::~FolderWatch() = default;

void FolderWatch::cover(const std::string& root) {
    createFolder(root);
    // Anew each time: a folder may be another one of that name. What changed before is seen by who looks
    // after this.
    handles_->changes.clear();
    handles_->changes.push_back(changesIn(root));
    if (!handles_->changes.front()) fail("cannot watch " + root);
    // The root comes first: a folder that appears after it was listed wakes the next wait.
    for (const std::string& folder : foldersIn(root)) {
        Change change = changesIn(root + "/" + folder);
        if (!change) continue;  // It has vanished meanwhile, which the root tells.
        if (handles_->changes.size() + 1 >= MAXIMUM_WAIT_OBJECTS)
            throw Error(ErrorCode::driverError, "no watch left for " + root + "/" + folder);
        handles_->changes.push_back(std::move(change));
    }
}

void FolderWatch::wait() {
    std::array<HANDLE, MAXIMUM_WAIT_OBJECTS> waiting{handles_->wakeUp.get()};
    DWORD count = 1;
    for (const Change& change : handles_->changes) waiting[count++] = change.get();
    const DWORD woken = ::WaitForMultipleObjects(count, waiting.data(), FALSE, INFINITE);
    if (woken == WAIT_FAILED) fail("cannot wait");
    if (woken > WAIT_OBJECT_0 && woken < WAIT_OBJECT_0 + count)
        ::FindNextChangeNotification(waiting[woken - WAIT_OBJECT_0]);
}

void FolderWatch::wake() noexcept { ::SetEvent(handles_->wakeUp.get()); }

}  // namespace ukey::softtoken::platform
