// Windows.h must come first.
// clang-format off
#include <windows.h>
#include <knownfolders.h>
#include <shlobj.h>
// clang-format on

#include <memory>

#include "daemon/config/config.hpp"

namespace ukey::config {
namespace {

struct TaskMemoryDeleter {
    void operator()(wchar_t* memory) const noexcept { ::CoTaskMemFree(memory); }
};

/// Asked of the system, not of the environment, which whoever starts the program could write.
std::filesystem::path knownFolder(const KNOWNFOLDERID& id) {
    wchar_t* found = nullptr;
    const HRESULT result = ::SHGetKnownFolderPath(id, KF_FLAG_DEFAULT, nullptr, &found);
    const std::unique_ptr<wchar_t, TaskMemoryDeleter> owned(found);
    return SUCCEEDED(result) ? std::filesystem::path(std::wstring_view(found)) : std::filesystem::path();
}

}  // namespace

Sources defaultSources() {
    Sources sources;
    sources.administrator = "Software\\Policies\\Ukey";
    sources.userFile = knownFolder(FOLDERID_RoamingAppData) / "Ukey" / "ukeyd.json";
    sources.defaultStateDir = knownFolder(FOLDERID_LocalAppData) / "Ukey";
    return sources;
}

}  // namespace ukey::config
