#include <windows.h>

#include <array>

#include "daemon/hosts/platform/library_places.hpp"

namespace ukey::platform {

std::vector<std::filesystem::path> libraryFolders() {
    std::array<wchar_t, MAX_PATH> folder{};
    const UINT length = ::GetSystemDirectoryW(folder.data(), MAX_PATH);
    if (length == 0 || length >= MAX_PATH) return {};
    return {std::filesystem::path(std::wstring(folder.data(), length))};
}

std::optional<std::filesystem::path> libraryOfLoader(std::string_view /*name*/) { return std::nullopt; }

}  // namespace ukey::platform
