#include "tokenlib/drivers/loader/platform/library_loader.hpp"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tokenlib/base/error.hpp"

namespace ukey::loader::platform {
namespace {

bool isTrustedOwner(const struct stat& status) { return status.st_uid == 0 || status.st_uid == ::geteuid(); }

}  // namespace

std::optional<LibraryImage> ownImage() { return libraryImage("/proc/self/exe"); }

std::optional<std::string> whyExchangeable(const std::filesystem::path& path) {
    // In a directory such as /tmp everybody may put files, but only the owner may exchange his own: what lies
    // directly in it must be ours or root's.
    bool parentIsShared = false;
    std::filesystem::path current;
    for (const auto& part : path) {
        current /= part;
        struct stat status {};
        if (::lstat(current.c_str(), &status) != 0) return current.string() + " cannot be examined";
        if (S_ISLNK(status.st_mode)) return current.string() + " is a link";
        if (parentIsShared && !isTrustedOwner(status)) {
            return current.string() + " is another user's, in a directory open to all";
        }
        const bool worldWritable = (status.st_mode & S_IWOTH) != 0;
        const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
        if (worldWritable && !sticky) return current.string() + " is writable by every user";
        parentIsShared = worldWritable;
    }
    return std::nullopt;
}

void* load(const std::filesystem::path& path) {
    ::dlerror();
    if (void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) return handle;
    const char* text = ::dlerror();
    const std::string reason = text != nullptr ? text : path.string() + " cannot be loaded";
    const bool incomplete = reason.find("cannot open shared object file") != std::string::npos;
    throw Error(incomplete ? ErrorCode::driverMissing : ErrorCode::driverError, reason);
}

void* symbol(void* library, const char* name) noexcept { return ::dlsym(library, name); }

}  // namespace ukey::loader::platform
