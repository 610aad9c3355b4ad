#include "tokenlib/softtoken/platform/files.hpp"

#include <windows.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/base/platform/windows/access_list.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/replace_file.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::softtoken::platform {
namespace {

using ukey::platform::describeError;
using ukey::platform::LocalMemory;
using ukey::platform::toUtf8;
using ukey::platform::toWide;
using ukey::platform::UniqueHandle;

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

[[noreturn]] void fail(const std::string& what, const std::string& path, DWORD error = ::GetLastError()) {
    throw Error(ErrorCode::driverError, what + " " + path + ": " + describeError(error));
}

bool isMissing(DWORD error) noexcept {
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
}

std::uint64_t joined(DWORD high, DWORD low) noexcept { return (std::uint64_t{high} << 32U) | low; }

FileIdentity identityFrom(const BY_HANDLE_FILE_INFORMATION& file) noexcept {
    // FILETIME counts 100 ns.
    const auto ticks = static_cast<std::int64_t>(
        joined(file.ftLastWriteTime.dwHighDateTime, file.ftLastWriteTime.dwLowDateTime));
    return {true, file.dwVolumeSerialNumber, joined(file.nFileIndexHigh, file.nFileIndexLow), ticks,
            joined(file.nFileSizeHigh, file.nFileSizeLow)};
}

void writeAll(HANDLE file, ByteView bytes, const std::string& path) {
    constexpr std::size_t kAtOnce = std::size_t{1} << 30U;
    while (!bytes.empty()) {
        DWORD written = 0;
        if (::WriteFile(file, bytes.data(), static_cast<DWORD>(std::min(bytes.size(), kAtOnce)), &written,
                        nullptr) == FALSE)
            fail("cannot write", path);
        bytes = bytes.subspan(written);
    }
}

// The file system's own time stamps may be coarse, and freed numbers of files come back: two versions of a
// file could look the same. A stamp taken from the fine clock cannot.
void stampFinely(HANDLE file, const std::string& path) {
    FILETIME now{};
    ::GetSystemTimePreciseAsFileTime(&now);
    if (::SetFileTime(file, nullptr, nullptr, &now) == FALSE) fail("cannot stamp", path);
}

UniqueHandle openLockFile(const std::string& path) {
    const LocalMemory descriptor = ukey::platform::ownerOnlyDescriptor();
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    UniqueHandle file(::CreateFileW(toWide(path).c_str(), GENERIC_READ | GENERIC_WRITE, kShareAll,
                                    &attributes, OPEN_ALWAYS, FILE_FLAG_OVERLAPPED, nullptr));
    if (!file) fail("cannot open", path);
    return file;
}

/// Whether the lock was had within `milliseconds` (INFINITE: it is).
bool lockWithin(HANDLE file, DWORD milliseconds, const std::string& path) {
    const UniqueHandle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
    if (!done) fail("cannot wait for", path);
    OVERLAPPED waiting{};
    waiting.hEvent = done.get();
    const DWORD flags = LOCKFILE_EXCLUSIVE_LOCK | (milliseconds == 0 ? LOCKFILE_FAIL_IMMEDIATELY : DWORD{0});
    if (::LockFileEx(file, flags, 0, 1, 0, &waiting) != FALSE) return true;
    const DWORD error = ::GetLastError();
    if (error == ERROR_LOCK_VIOLATION) return false;
    if (error != ERROR_IO_PENDING) fail("cannot lock", path, error);
    if (::WaitForSingleObject(done.get(), milliseconds) != WAIT_OBJECT_0) ::CancelIoEx(file, &waiting);
    DWORD unused = 0;
    return ::GetOverlappedResult(file, &waiting, &unused, TRUE) != FALSE;
}

}  // namespace

FileIdentity identityOf(const std::string& path) noexcept {
    const UniqueHandle file(::CreateFileW(toWide(path).c_str(), FILE_READ_ATTRIBUTES, kShareAll, nullptr,
                                          OPEN_EXISTING, 0, nullptr));
    BY_HANDLE_FILE_INFORMATION information{};
    if (!file || ::GetFileInformationByHandle(file.get(), &information) == FALSE) return {};
    if ((information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return {};
    return identityFrom(information);
}

std::optional<FileContent> readFile(const std::string& path, std::size_t maxSize) {
    const UniqueHandle file(
        ::CreateFileW(toWide(path).c_str(), GENERIC_READ, kShareAll, nullptr, OPEN_EXISTING, 0, nullptr));
    if (!file) {
        const DWORD error = ::GetLastError();
        if (isMissing(error)) return std::nullopt;
        fail("cannot open", path, error);
    }
    BY_HANDLE_FILE_INFORMATION information{};
    if (::GetFileInformationByHandle(file.get(), &information) == FALSE) fail("cannot stat", path);
    const FileIdentity identity = identityFrom(information);
    if (identity.size > maxSize) throw Error(ErrorCode::driverError, path + " is no file of a soft token");
    FileContent content{Bytes(static_cast<std::size_t>(identity.size)), identity};
    std::size_t done = 0;
    while (done < content.bytes.size()) {
        DWORD got = 0;
        if (::ReadFile(file.get(), content.bytes.data() + done,
                       static_cast<DWORD>(content.bytes.size() - done), &got, nullptr) == FALSE)
            fail("cannot read", path);
        if (got == 0) break;
        done += got;
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
    FileIdentity identity;
    {
        const LocalMemory descriptor = ukey::platform::ownerOnlyDescriptor();
        SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
        const UniqueHandle file(::CreateFileW(toWide(temporary).c_str(), GENERIC_WRITE,
                                              FILE_SHARE_READ | FILE_SHARE_DELETE, &attributes, CREATE_ALWAYS,
                                              FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
        if (!file) fail("cannot create", temporary);
        step();
        const std::size_t half = bytes.size() / 2;
        writeAll(file.get(), bytes.first(half), temporary);
        step();
        writeAll(file.get(), bytes.subspan(half), temporary);
        stampFinely(file.get(), temporary);
        step();
        if (::FlushFileBuffers(file.get()) == FALSE) fail("cannot sync", temporary);
        BY_HANDLE_FILE_INFORMATION information{};
        if (::GetFileInformationByHandle(file.get(), &information) == FALSE) fail("cannot stat", temporary);
        identity = identityFrom(information);
        step();
    }
    if (const auto error = ukey::platform::moveInto(pathFrom(temporary), pathFrom(path)); error != 0)
        fail("cannot replace", path, error);
    step();
    // MOVEFILE_WRITE_THROUGH has put the folder on the disk as well.
    step();
    return identity;
}

bool removeFile(const std::string& path) {
    if (::DeleteFileW(toWide(path).c_str()) != FALSE) return true;
    const DWORD error = ::GetLastError();
    if (isMissing(error)) return false;
    fail("cannot remove", path, error);
}

void createFolder(const std::string& path) { ukey::platform::makeOwnFolder(pathFrom(path)); }

void removeFolder(const std::string& path) {
    std::error_code error;
    const std::filesystem::path folder = pathFrom(path);
    std::filesystem::directory_iterator entries(folder, error);
    if (error) {
        if (!std::filesystem::exists(folder)) return;
        throw Error(ErrorCode::driverError, "cannot open folder " + path + ": " + error.message());
    }
    for (const auto& entry : entries) {
        if (::DeleteFileW(entry.path().c_str()) == FALSE && !isMissing(::GetLastError()))
            fail("cannot remove", pathText(entry.path()));
    }
    if (::RemoveDirectoryW(folder.c_str()) == FALSE && !isMissing(::GetLastError()))
        fail("cannot remove", path);
}

bool folderExists(const std::string& path) noexcept {
    const DWORD attributes = ::GetFileAttributesW(toWide(path).c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

std::vector<std::string> foldersIn(const std::string& path) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(pathFrom(path), error)) {
        if (entry.is_directory(error)) names.push_back(pathText(entry.path().filename()));
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::optional<std::string> environment(const char* name) {
    const wchar_t* value = ::_wgetenv(toWide(name).c_str());
    if (value == nullptr || *value == L'\0') return std::nullopt;
    return toUtf8(value);
}

std::int64_t processId() noexcept { return ::GetCurrentProcessId(); }

FileLock FileLock::acquire(const std::string& path) {
    UniqueHandle file = openLockFile(path);
    if (!lockWithin(file.get(), INFINITE, path)) fail("cannot lock", path);
    return FileLock(reinterpret_cast<std::intptr_t>(file.release()));
}

std::optional<FileLock> FileLock::acquireWithin(const std::string& path, std::chrono::milliseconds timeout) {
    using Milliseconds = std::chrono::milliseconds;
    const auto bounded = std::clamp(timeout, Milliseconds(0), Milliseconds(std::chrono::hours(24)));
    UniqueHandle file = openLockFile(path);
    if (!lockWithin(file.get(), static_cast<DWORD>(bounded.count()), path)) return std::nullopt;
    return FileLock(reinterpret_cast<std::intptr_t>(file.release()));
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
}

FileLock::~FileLock() {
    if (handle_ != kNone) ::CloseHandle(reinterpret_cast<HANDLE>(handle_));
}

}  // namespace ukey::softtoken::platform
