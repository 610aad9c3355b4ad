#include "tokenlib/softtoken/platform/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <utility>

#include "tokenlib/base/error.hpp"

namespace ukey::softtoken::platform {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw Error(ErrorCode::driverError, what + " " + path + ": " + std::strerror(errno));
}

class Descriptor {
  public:
    explicit Descriptor(int value) noexcept : value_(value) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    int get() const noexcept { return value_; }
    bool valid() const noexcept { return value_ >= 0; }
    int release() noexcept { return std::exchange(value_, -1); }

  private:
    int value_;
};

std::string parentOf(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

FileIdentity identityFrom(const struct stat& status) noexcept {
    return {true, status.st_dev, status.st_ino,
            std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
            static_cast<std::uint64_t>(status.st_size)};
}

void writeAll(int descriptor, ByteView bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            fail("cannot write", path);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void syncFolder(const std::string& path) {
    const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid() || ::fsync(folder.get()) != 0) fail("cannot sync", path);
}

// The kernel's own time stamps tick every few milliseconds, and freed inode numbers come back: two versions
// of a file could look the same. A stamp taken from the fine clock cannot.
void stampFinely(int descriptor, const std::string& path) {
    std::array<timespec, 2> times{};
    ::clock_gettime(CLOCK_REALTIME, times.data());
    times[1] = times[0];
    if (::futimens(descriptor, times.data()) != 0) fail("cannot stamp", path);
}

Descriptor openLockFile(const std::string& path) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.valid()) fail("cannot open", path);
    return file;
}

bool tryLock(int descriptor) noexcept {
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        if (errno != EINTR) return false;
    return true;
}

// Another holder gives the lock back by closing the file, or by dying: both are seen as a close.
bool waitForClose(int watch, std::chrono::steady_clock::time_point deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{watch, POLLIN, 0};
    const auto bounded = std::min<std::chrono::milliseconds>(left, std::chrono::hours(1));
    const int ready = ::poll(&waiting, 1, static_cast<int>(bounded.count()));
    if (ready > 0) {
        alignas(inotify_event) std::array<char, 4096> events{};
        while (::read(watch, events.data(), events.size()) > 0) {
        }
    }
    return true;
}

}  // namespace

FileIdentity identityOf(const std::string& path) noexcept {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    return identityFrom(status);
}

std::optional<FileContent> readFile(const std::string& path, std::size_t maxSize) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        fail("cannot open", path);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) fail("cannot stat", path);
    if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) > maxSize)
        throw Error(ErrorCode::driverError, path + " is no file of a soft token");
    FileContent content{Bytes(static_cast<std::size_t>(status.st_size)), identityFrom(status)};
    std::size_t done = 0;
    while (done < content.bytes.size()) {
        const ssize_t got = ::read(file.get(), content.bytes.data() + done, content.bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("cannot read", path);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    content.bytes.resize(done);
    return content;
}

FileIdentity replaceFile(const std::string& path, const std::string& temporary, ByteView bytes,
                         const StepHook& beforeStep) {
    const auto step = [&beforeStep] {
        if (beforeStep) beforeStep();
    };
    step();
    const Descriptor file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.valid()) fail("cannot create", temporary);
    step();
    const std::size_t half = bytes.size() / 2;
    writeAll(file.get(), bytes.first(half), temporary);
    step();
    writeAll(file.get(), bytes.subspan(half), temporary);
    stampFinely(file.get(), temporary);
    step();
    if (::fsync(file.get()) != 0) fail("cannot sync", temporary);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) fail("cannot stat", temporary);
    step();
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail("cannot replace", path);
    step();
    syncFolder(parentOf(path));
    step();
    return identityFrom(status);
}

bool removeFile(const std::string& path) {
    if (::unlink(path.c_str()) == 0) {
        syncFolder(parentOf(path));
        return true;
    }
    if (errno == ENOENT || errno == ENOTDIR) return false;
    fail("cannot remove", path);
}

void createFolder(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
    if (errno != ENOENT || parentOf(path) == path) fail("cannot create folder", path);
    createFolder(parentOf(path));
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail("cannot create folder", path);
}

void removeFolder(const std::string& path) {
    {
        const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), &::closedir);
        if (!folder) {
            if (errno == ENOENT) return;
            fail("cannot open folder", path);
        }
        while (const dirent* entry = ::readdir(folder.get())) {
            const std::string name = entry->d_name;
            if (name == "." || name == "..") continue;
            if (::unlink((path + "/" + name).c_str()) != 0 && errno != ENOENT)
                fail("cannot remove", path + "/" + name);
        }
    }
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) fail("cannot remove", path);
}

bool folderExists(const std::string& path) noexcept {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> foldersIn(const std::string& path) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), &::closedir);
    if (!folder) return names;
    while (const dirent* entry = ::readdir(folder.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != ".." && folderExists(path + "/" + name)) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

std::int64_t processId() noexcept { return ::getpid(); }

FileLock FileLock::acquire(const std::string& path) {
    Descriptor file = openLockFile(path);
    while (::flock(file.get(), LOCK_EX) != 0)
        if (errno != EINTR) fail("cannot lock", path);
    return FileLock(file.release());
}

std::optional<FileLock> FileLock::acquireWithin(const std::string& path, std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    Descriptor file = openLockFile(path);
    if (tryLock(file.get())) return FileLock(file.release());
    const Descriptor watch(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!watch.valid() || ::inotify_add_watch(watch.get(), path.c_str(), IN_CLOSE) < 0)
        fail("cannot watch", path);
    do {
        if (tryLock(file.get())) return FileLock(file.release());
    } while (waitForClose(watch.get(), deadline));
    return std::nullopt;
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
}

FileLock::~FileLock() {
    if (handle_ != kNone) ::close(static_cast<int>(handle_));
}

}  // namespace ukey::softtoken::platform
