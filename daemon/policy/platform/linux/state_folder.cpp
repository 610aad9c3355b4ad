#include "daemon/policy/state_folder.hpp"

#include <fcntl.h>
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

struct StateLock::File {
    int descriptor = -1;
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

StateLock::StateLock(const std::filesystem::path& stateDir) : file_(std::make_unique<File>()) {
    makeStateFolder(stateDir);
    const std::filesystem::path path = stateDir / "ukeyd.lock";
    file_->descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file_->descriptor < 0) failOnFile("open", path);
    // A lock of this kind is the process's own: token hosts do not inherit it, and the system knows who has
    // it.
    struct flock lock = wholeFile();
    if (::fcntl(file_->descriptor, F_SETLK, &lock) == 0) return;
    if (errno != EACCES && errno != EAGAIN) failOnFile("lock", path);
    lock = wholeFile();
    const bool known =
        ::fcntl(file_->descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
    otherHolder_ = known ? lock.l_pid : 0;
}

StateLock::~StateLock() = default;

}  // namespace ukey::policy
