#include "tokenlib/drivers/loader/platform/library_loader.hpp"

// clang-format off: windows.h must come first.
#include <aclapi.h>
#include <sddl.h>
#include <windows.h>
// clang-format on

#include <array>
#include <memory>
#include <vector>

#include "tokenlib/base/error.hpp"

namespace ukey::loader::platform {
namespace {

struct LocalFreeDeleter {
    void operator()(void* memory) const noexcept { ::LocalFree(memory); }
};

/// Everyone, Authenticated Users, Users, Guests.
constexpr std::array<const wchar_t*, 4> kEverybody{L"S-1-1-0", L"S-1-5-11", L"S-1-5-32-545", L"S-1-5-32-546"};

bool isEverybody(PSID sid) {
    for (const wchar_t* text : kEverybody) {
        PSID other = nullptr;
        if (::ConvertStringSidToSidW(text, &other) == FALSE) continue;
        const std::unique_ptr<void, LocalFreeDeleter> owned(other);
        if (::EqualSid(sid, other) != FALSE) return true;
    }
    return false;
}

bool isWritableByEverybody(const std::filesystem::path& path, DWORD rights) {
    PACL list = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (::GetNamedSecurityInfoW(path.c_str(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr,
                                &list, nullptr, &descriptor) != ERROR_SUCCESS) {
        return true;
    }
    const std::unique_ptr<void, LocalFreeDeleter> owned(descriptor);
    if (list == nullptr) return true;  // No list at all: everybody may do everything.
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (::GetAce(list, i, &entry) == FALSE) return true;
        auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
        if (allowed->Header.AceType != ACCESS_ALLOWED_ACE_TYPE) continue;
        if ((allowed->Header.AceFlags & INHERIT_ONLY_ACE) != 0) continue;
        if ((allowed->Mask & rights) != 0 && isEverybody(&allowed->SidStart)) return true;
    }
    return false;
}

}  // namespace

std::optional<LibraryImage> ownImage() {
    std::vector<wchar_t> name(32768);
    const DWORD length = ::GetModuleFileNameW(nullptr, name.data(), static_cast<DWORD>(name.size()));
    if (length == 0 || length >= name.size()) return std::nullopt;
    return libraryImage(std::filesystem::path(std::wstring(name.data(), length)));
}

std::optional<std::string> whyExchangeable(const std::filesystem::path& path) {
    constexpr DWORD kChangeFile =
        FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
    // The root of a drive lets users make directories; that alone exchanges nothing below it.
    constexpr DWORD kChangeDirectory = FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL;
    if (isWritableByEverybody(path, kChangeFile)) return path.string() + " is writable by every user";
    // A new file in the library's own directory is loaded instead of a system library of that name.
    if (isWritableByEverybody(path.parent_path(), kChangeDirectory | FILE_ADD_FILE | GENERIC_WRITE)) {
        return path.parent_path().string() + " is writable by every user";
    }
    for (auto directory = path.parent_path(); directory != directory.parent_path();
         directory = directory.parent_path()) {
        if (isWritableByEverybody(directory, kChangeDirectory)) {
            return directory.string() + " is writable by every user";
        }
    }
    return std::nullopt;
}

void* load(const std::filesystem::path& path) {
    // Neither the current directory nor PATH is searched for what the library itself needs (security.md 41).
    HMODULE library = ::LoadLibraryExW(path.c_str(), nullptr,
                                       LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (library != nullptr) return library;
    const DWORD reason = ::GetLastError();
    const bool missing = reason == ERROR_MOD_NOT_FOUND || reason == ERROR_FILE_NOT_FOUND;
    throw Error(missing ? ErrorCode::driverMissing : ErrorCode::driverError,
                path.string() + " cannot be loaded, Windows error " + std::to_string(reason))
        .withDriverCode(reason);
}

void* symbol(void* library, const char* name) noexcept {
    return reinterpret_cast<void*>(::GetProcAddress(static_cast<HMODULE>(library), name));
}

}  // namespace ukey::loader::platform
