#include "daemon/hosts/library_path.hpp"

#include <algorithm>
#include <filesystem>

#include "daemon/hosts/platform/library_places.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/drivers/loader/library_image.hpp"

namespace ukey::hosts {
namespace {

namespace fs = std::filesystem;

bool liesIn(const fs::path& file, const fs::path& folder) {
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return end == folder.end() && rest != file.end();
}

bool isAllowed(const fs::path& file, const std::vector<std::string>& folders) {
    return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
        std::error_code error;
        const fs::path canonical = fs::canonical(pathFrom(folder), error);
        return !error && liesIn(file, canonical);
    });
}

std::string canonicalFile(const fs::path& path) {
    std::error_code error;
    const fs::path canonical = fs::canonical(path, error);
    if (error || !fs::is_regular_file(canonical, error)) {
        throw Error(ErrorCode::driverMissing, "no library " + pathText(path));
    }
    if (const auto why = platform::whyOthersCanChange(canonical))
        throw Error(ErrorCode::badRequest, "library " + pathText(canonical) + " is not used: " + *why);
    return pathText(canonical);
}

/// `isOfLoader` becomes true for one that only the system's loader knows.
std::string findByName(const std::string& name, const std::vector<std::string>& folders, bool& isOfLoader) {
    for (const std::string& folder : folders) {
        std::error_code error;
        const fs::path file = pathFrom(folder) / pathFrom(name);
        if (fs::exists(file, error)) return canonicalFile(file);
    }
    if (const auto path = platform::libraryOfLoader(name)) {
        isOfLoader = true;
        return canonicalFile(*path);
    }
    throw Error(ErrorCode::driverMissing, "no library " + name + " in the folders for libraries");
}

}  // namespace

std::vector<std::string> libraryFolders(const HostSettings& settings) {
    if (!settings.libraryFolders.empty()) return settings.libraryFolders;
    const fs::path programs = pathFrom(settings.hostProgram).parent_path();
    std::vector<std::string> folders{pathText(programs.parent_path() / "lib"), pathText(programs)};
    for (const fs::path& folder : platform::libraryFolders()) folders.push_back(pathText(folder));
    return folders;
}

std::string resolveLibrary(const DriverConfig& driver, const HostSettings& settings) {
    const std::vector<std::string> folders = libraryFolders(settings);
    const fs::path path = pathFrom(driver.library);
    if (path.empty()) throw Error(ErrorCode::driverMissing, "driver " + driver.name + " names no library");
    if (!path.is_absolute()) {
        if (path.has_parent_path()) {
            throw Error(ErrorCode::badRequest,
                        "library " + driver.library + " is neither a name nor an absolute path");
        }
        // Where the administrator made the loader look, libraries may lie.
        bool isOfLoader = false;
        const std::string found = findByName(driver.library, folders, isOfLoader);
        if (!driver.trusted && !isOfLoader && !isAllowed(found, folders)) {
            throw Error(ErrorCode::badRequest,
                        "library " + found + " lies outside the folders for libraries");
        }
        return found;
    }
    std::string file = canonicalFile(path);
    if (!driver.trusted && !isAllowed(file, folders)) {
        throw Error(ErrorCode::badRequest, "library " + file + " lies outside the folders for libraries");
    }
    return file;
}

std::string hostProgramFor(const std::string& library, const HostSettings& settings) {
    constexpr unsigned kOther = 32;
    const auto image = loader::libraryImage(pathFrom(library));
    std::error_code none;
    // Where there is no such host, the usual one says what it cannot load.
    const bool other = image && image->bits == kOther && fs::exists(pathFrom(settings.hostProgram32), none);
    return other ? settings.hostProgram32 : settings.hostProgram;
}

}  // namespace ukey::hosts
