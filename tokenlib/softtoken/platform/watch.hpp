// Sleeps until something happens to the tokens' folders.
#pragma once

#include <memory>
#include <string>

namespace ukey::softtoken::platform {

/// Watches a folder and the folders in it for files and folders that come and go. Used by one thread at a
/// time, but for `wake`.
class FolderWatch {
  public:
    /// Throws Error `driverError` when the system has no watches left.
    FolderWatch();
    ~FolderWatch();
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    /// Looks after `root` (made if missing) and each of its folders from now on, also when called again.
    void cover(const std::string& root);

    /// Sleeps until something changed since the last call, or `wake` was called. No time-out, no polling.
    void wait();

    /// Lets `wait` return, now or when it is next called. From any thread.
    void wake() noexcept;

  private:
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

}  // namespace ukey::softtoken::platform
