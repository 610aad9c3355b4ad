// What the soft token asks of the file system: reads, replacements that survive a crash, locks between
// processes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::softtoken::platform {

/// Tells one version of a file from the next: a file that was replaced or removed and made again is never
/// equal.
struct FileIdentity {
    bool exists = false;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t modifiedNanoseconds = 0;
    std::uint64_t size = 0;

    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// One stat; a missing or unreachable file does not exist.
FileIdentity identityOf(const std::string& path) noexcept;

struct FileContent {
    Bytes bytes;
    FileIdentity identity;
};

/// The whole file; nothing when it is missing. Throws Error `driverError` when it is unreadable or larger
/// than `maxSize` octets.
std::optional<FileContent> readFile(const std::string& path, std::size_t maxSize);

/// Called before each step of a replacement and once after the last, for tests that kill the process there.
using StepHook = std::function<void()>;

/// Puts `bytes` in the place of the file: a reader, and a restart after a crash at any moment, finds the old
/// content or the new. On return the new content is on the disk. Mode 0600. `temporary` lies in the same
/// folder; what an interrupted call left there is overwritten. Throws Error `driverError`.
FileIdentity replaceFile(const std::string& path, const std::string& temporary, ByteView bytes,
                         const StepHook& beforeStep = {});

/// Whether there was such a file.
bool removeFile(const std::string& path);

/// With its parents, mode 0700; content that exists stays.
void createFolder(const std::string& path);
/// With all that is in it; one level of files, as a token's folder has.
void removeFolder(const std::string& path);
bool folderExists(const std::string& path) noexcept;
/// The names of the folders in a folder, sorted; none when it does not exist.
std::vector<std::string> foldersIn(const std::string& path);

/// The environment variable, when it is set and not empty.
std::optional<std::string> environment(const char* name);

/// Tells a forked child from its parent.
std::int64_t processId() noexcept;

/// Held between processes, and between threads of one; given back when it goes, also by the death of the
/// process.
class FileLock {
  public:
    /// Waits as long as it takes.
    static FileLock acquire(const std::string& path);
    /// Waits at most `timeout`; nothing when the lock was not to be had.
    static std::optional<FileLock> acquireWithin(const std::string& path, std::chrono::milliseconds timeout);

    FileLock(FileLock&& other) noexcept : handle_(other.handle_) { other.handle_ = kNone; }
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

  private:
    static constexpr std::intptr_t kNone = -1;
    explicit FileLock(std::intptr_t handle) noexcept : handle_(handle) {}

    /// The system's own number or pointer of the open file.
    std::intptr_t handle_ = kNone;
};

}  // namespace ukey::softtoken::platform
