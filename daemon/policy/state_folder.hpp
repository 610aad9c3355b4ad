// The folder that keeps what one user's daemon knows, and that one daemon alone works with it (security.md
// 49).
#pragma once

#include <filesystem>
#include <optional>

namespace ukey::policy {

/// Makes the folder, for its owner alone, if it is not there. Throws ukey::Error (internal) that names it.
void makeStateFolder(const std::filesystem::path& stateDir);

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
    int descriptor_ = -1;
    std::optional<int> otherHolder_;
};

}  // namespace ukey::policy
