#include "tokenlib/softtoken/platform/watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "tokenlib/base/error.hpp"
#include "tokenlib/softtoken/platform/files.hpp"

namespace ukey::softtoken::platform {

struct FolderWatch::Handles {
    int watch = -1;
    int wakeUp = -1;

    ~Handles() {
        if (watch >= 0) ::close(watch);
        if (wakeUp >= 0) ::close(wakeUp);
    }
};

namespace {
constexpr std::uint32_t kComingAndGoing =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
}

FolderWatch::FolderWatch() : handles_(std::make_unique<Handles>()) {
    handles_->watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    handles_->wakeUp = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (handles_->watch < 0 || handles_->wakeUp < 0)
        throw Error(ErrorCode::driverError, std::string("cannot watch folders: ") + std::strerror(errno));
}

FolderWatch::~FolderWatch() = default;

void FolderWatch::cover(const std::string& root) {
    createFolder(root);
    if (::inotify_add_watch(handles_->watch, root.c_str(), kComingAndGoing) < 0)
        throw Error(ErrorCode::driverError, "cannot watch " + root + ": " + std::strerror(errno));
    // The root comes first: a folder that appears after it was listed wakes the next wait. One that is
    // watched already keeps its watch; one that vanished meanwhile announces itself at the root.
    for (const std::string& folder : foldersIn(root)) {
        const std::string path = root + "/" + folder;
        if (::inotify_add_watch(handles_->watch, path.c_str(), kComingAndGoing) < 0 && errno == ENOSPC)
            throw Error(ErrorCode::driverError, "no watch left for " + path);
    }
}

void FolderWatch::wait() {
    std::array<pollfd, 2> waiting{pollfd{handles_->watch, POLLIN, 0}, pollfd{handles_->wakeUp, POLLIN, 0}};
    while (::poll(waiting.data(), waiting.size(), -1) < 0)
        if (errno != EINTR)
            throw Error(ErrorCode::driverError, std::string("cannot wait: ") + std::strerror(errno));
    alignas(inotify_event) std::array<char, 8192> events{};
    while (::read(handles_->watch, events.data(), events.size()) > 0) {
    }
    std::uint64_t count = 0;
    while (::read(handles_->wakeUp, &count, sizeof count) > 0) {
    }
}

void FolderWatch::wake() noexcept {
    const std::uint64_t one = 1;
    // It only fails when it is full of wake-ups already.
    [[maybe_unused]] const ssize_t written = ::write(handles_->wakeUp, &one, sizeof one);
}

}  // namespace ukey::softtoken::platform
