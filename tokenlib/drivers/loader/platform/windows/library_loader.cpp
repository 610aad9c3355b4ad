#include "tokenlib/drivers/loader/platform/library_loader.hpp"

#include <windows.h>

#include <vector>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/windows/access_list.hpp"

namespace ukey::loader::platform {

using ukey::platform::othersMay;

std::optional<LibraryImage> ownImage() {
    std::vector<wchar_t> name(32768);
    const DWORD length = ::GetModuleFileNameW(nullptr, name.data(), static_cast<DWORD>(name.size()));
    if (length == 0 || length >= name.size()) return std::nullopt;
    return libraryImage(std::filesystem::path(std::wstring(name.data(), length)));
}

std::optional<std::string> whyExchangeable(const std::filesystem::path& path) {
    const auto reason = [](const std::filesystem::path& what) {
        return pathText(what) + " can be changed by another user";
    };
    if (othersMay(path, ukey::platform::kChangeFile)) return reason(path);
    auto folder = path.parent_path();
    // A new file in the library's own folder is loaded instead of a system library of that name.
    if (othersMay(folder, ukey::platform::kAddToFolder)) return reason(folder);
    for (; folder != folder.parent_path(); folder = folder.parent_path()) {
        if (othersMay(folder, ukey::platform::kExchangeInFolder)) return reason(folder);
    }
    return std::nullopt;
}

void* load(const std::filesystem::path& path) {
    // Neither the current directory nor PATH is searched for what the library itself needs (security.md 41).
    // Its own folder is, also when it loads a library by itself later, where the program has asked for that
    // order (SetDefaultDllDirectories).
    (void)::AddDllDirectory(path.parent_path().c_str());
    HMODULE library = ::LoadLibraryExW(path.c_str(), nullptr,
                                       LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (library != nullptr) return library;
    const DWORD reason = ::GetLastError();
    const bool missing = reason == ERROR_MOD_NOT_FOUND || reason == ERROR_FILE_NOT_FOUND;
    throw Error(missing ? ErrorCode::driverMissing : ErrorCode::driverError,
                pathText(path) + " cannot be loaded, Windows error " + std::to_string(reason))
        .withDriverCode(reason);
}

void* symbol(void* library, const char* name) noexcept {
    return reinterpret_cast<void*>(::GetProcAddress(static_cast<HMODULE>(library), name));
}

}  // namespace ukey::loader::platform
