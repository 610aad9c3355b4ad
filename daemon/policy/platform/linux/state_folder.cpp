#include "daemon/policy/state_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "daemon/policy/platform/linux/file_error.hpp"

namespace ukey::policy {
namespace {

struct flock wholeFile() {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return whole;
}

}  // namespace

void makeStateFolder(const std::filesystem::path& stateDir) {
    std::error_code error;
    if (std::filesystem::is_directory(stateDir, error)) return;
    if (stateDir.has_parent_path()) std::filesystem::create_directories(stateDir.parent_path(), error);
    if (::mkdir(stateDir.c_str(), 0700) != 0 && errno != EEXIST) failOnFile("create", stateDir);
}

StateLock::StateLock(const std::filesystem::path& stateDir) {
    makeStateFolder(stateDir);
    const std::filesystem::path path = stateDir / "ukeyd.lock";
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) failOnFile("open", path);
    // A lock of this kind is the process's own: token hosts do not inherit it, and the system knows who has
    // it.
    struct flock lock = wholeFile();
    if (::fcntl(descriptor_, F_SETLK, &lock) == 0) return;
    const bool taken = errno == EACCES || errno == EAGAIN;
    if (!taken) {
        const int reason = errno;
        ::close(descriptor_);
        errno = reason;
        failOnFile("lock", path);
    }
    lock = wholeFile();
    const bool known = ::fcntl(descriptor_, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
    otherHolder_ = known ? lock.l_pid : 0;
}

StateLock::~StateLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace ukey::policy
