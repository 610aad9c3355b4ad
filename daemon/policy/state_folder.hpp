// The folder that keeps what one user's daemon knows, and that one daemon alone works with it (security.md
// 49).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

namespace ukey::policy {

/// Makes the folder, for its owner alone, if it is not there. Throws ukey::Error that names it: internal when
/// it cannot be made, bad-request when others could change what is in it.
void makeStateFolder(const std::filesystem::path& stateDir);

/// Throws ukey::Error (bad-request) that names the file when others could change it, or it is a link. One
/// that is not there is none's.
void requireOwn(const std::filesystem::path& file);

/// Held as long as the object lives, and given back by the system when the process ends, however it ends.
class StateLock {
  public:
    /// Makes the folder, if need be. Throws ukey::Error (internal) when the folder cannot be locked at all.
    explicit StateLock(const std::filesystem::path& stateDir);
    ~StateLock();
    StateLock(const StateLock&) = delete;
    StateLock& operator=(const StateLock&) = delete;

    /// The process that has the lock instead; 0 when the system does not say which. Nothing when it is ours.
    std::optional<int> otherHolder() const noexcept { return otherHolder_; }

  private:
    struct File;
    std::unique_ptr<File> file_;
    std::optional<int> otherHolder_;
};

}  // namespace ukey::policy
