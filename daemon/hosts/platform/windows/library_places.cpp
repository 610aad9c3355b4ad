#include "daemon/hosts/platform/library_places.hpp"

// Windows.h must come first.
// clang-format off
#include <windows.h>
#include <knownfolders.h>
#include <shlobj.h>
// clang-format on

#include <memory>

namespace ukey::platform {

std::vector<std::filesystem::path> libraryFolders() {
    struct Release {
        void operator()(wchar_t* memory) const noexcept { ::CoTaskMemFree(memory); }
    };
    std::vector<std::filesystem::path> folders;
    // Libraries of 32 bits lie in the folders "X86".
    for (const KNOWNFOLDERID& id :
         {FOLDERID_System, FOLDERID_SystemX86, FOLDERID_ProgramFiles, FOLDERID_ProgramFilesX86}) {
        wchar_t* found = nullptr;
        const HRESULT result = ::SHGetKnownFolderPath(id, KF_FLAG_DEFAULT, nullptr, &found);
        const std::unique_ptr<wchar_t, Release> owned(found);
        if (SUCCEEDED(result)) folders.emplace_back(found);
    }
    return folders;
}

// Beyond those folders its loader follows PATH, which the user can write.
std::optional<std::filesystem::path> libraryOfLoader(std::string_view) { return std::nullopt; }

}  // namespace ukey::platform
