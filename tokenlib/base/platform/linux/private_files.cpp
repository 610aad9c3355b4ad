#include "tokenlib/base/platform/private_files.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::platform {
namespace {

bool isOursOrRoots(uid_t user) { return user == 0 || user == ::geteuid(); }

/// Of a name that is no user any more nobody can act.
bool isOursOrRoots(const char* name) {
    const passwd* user = ::getpwnam(name);
    return user == nullptr || isOursOrRoots(user->pw_uid);
}

/// Many systems give each user a group of his own, and let its members write what he makes.
bool hasOtherMembers(gid_t group) {
    if (group == 0) return false;
    const struct group* entry = ::getgrgid(group);
    if (entry == nullptr) return true;
    for (char** member = entry->gr_mem; member != nullptr && *member != nullptr; ++member) {
        if (!isOursOrRoots(*member)) return true;
    }
    bool others = false;
    ::setpwent();
    while (const passwd* user = ::getpwent())
        others = others || (user->pw_gid == group && !isOursOrRoots(user->pw_uid));
    ::endpwent();
    return others;
}

std::optional<std::string> whyOne(const std::filesystem::path& path, const struct stat& status) {
    if (!isOursOrRoots(status.st_uid)) return pathText(path) + " belongs to another user";
    // In a folder such as /tmp everybody may put files, but only the owner may exchange his own.
    if (S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0) return std::nullopt;
    if ((status.st_mode & S_IWOTH) != 0) return pathText(path) + " can be written by every user";
    if ((status.st_mode & S_IWGRP) != 0 && hasOtherMembers(status.st_gid))
        return pathText(path) + " can be written by a group";
    return std::nullopt;
}

[[noreturn]] void fail(const char* what, const std::filesystem::path& path) {
    throw Error(ErrorCode::internal,
                std::string("cannot ") + what + " " + pathText(path) + ": " + std::strerror(errno));
}

}  // namespace

std::optional<std::string> whyOthersCanChange(const std::filesystem::path& path) {
    std::error_code error;
    const auto parent = std::filesystem::weakly_canonical(path.parent_path(), error);
    if (error) return pathText(path) + " cannot be examined";
    std::filesystem::path current;
    for (const auto& part : parent / path.filename()) {
        current /= part;
        struct stat status {};
        if (::lstat(current.c_str(), &status) != 0) {
            if (errno == ENOENT) return std::nullopt;
            return pathText(current) + " cannot be examined";
        }
        if (S_ISLNK(status.st_mode)) return pathText(current) + " is a link";
        if (auto why = whyOne(current, status)) return why;
    }
    return std::nullopt;
}

void keepForOwner(const std::filesystem::path& path) {
    struct stat status {};
    const bool done = ::lstat(path.c_str(), &status) == 0 && !S_ISLNK(status.st_mode) &&
                      ::chmod(path.c_str(), S_ISDIR(status.st_mode) ? 0700 : 0600) == 0;
    if (!done) fail("take from others", path);
}

void makeOwnFolder(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail("create", path);
}

}  // namespace ukey::platform
