#include "tokenlib/drivers/loader/shared_library.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/drivers/loader/library_image.hpp"
#include "tokenlib/drivers/loader/platform/library_loader.hpp"

namespace ukey::loader {
namespace {

bool isBeneath(const std::filesystem::path& path, const std::filesystem::path& directory) {
    std::error_code error;
    const auto top = std::filesystem::canonical(directory, error);
    if (error) return false;
    const auto [end, ignored] = std::mismatch(top.begin(), top.end(), path.begin(), path.end());
    return end == top.end();
}

std::string describe(const LibraryImage& image) {
    return std::to_string(image.bits) + "-bit " + (image.format == ImageFormat::elf ? "ELF" : "PE") +
           " machine " + std::to_string(image.machine);
}

void requireOwnKind(const std::filesystem::path& path) {
    const auto image = libraryImage(path);
    const auto own = platform::ownImage();
    if (!image || (own && image->format != own->format)) {
        throw Error(ErrorCode::driverError, pathText(path) + " is not a library of this system");
    }
    if (own && *image != *own) {
        throw Error(ErrorCode::driverBitness,
                    pathText(path) + " is " + describe(*image) + ", this process is " + describe(*own));
    }
}

}  // namespace

std::filesystem::path checkedLibraryPath(const std::filesystem::path& path, const LibraryPolicy& policy) {
    if (!path.is_absolute()) {
        throw Error(ErrorCode::driverError, "library path is not absolute: " + pathText(path));
    }
    std::error_code error;
    auto canonical = std::filesystem::canonical(path, error);
    if (error || !std::filesystem::is_regular_file(canonical, error)) {
        throw Error(ErrorCode::driverMissing, "no library " + pathText(path));
    }
    const auto& allowed = policy.allowedDirectories;
    const auto holdsIt = [&](const auto& directory) { return isBeneath(canonical, directory); };
    if (!allowed.empty() && std::none_of(allowed.begin(), allowed.end(), holdsIt)) {
        throw Error(ErrorCode::driverError, pathText(canonical) + " is outside the directories for drivers");
    }
    if (const auto why = platform::whyExchangeable(canonical)) {
        throw Error(ErrorCode::driverError, "refused to load " + pathText(canonical) + ": " + *why);
    }
    requireOwnKind(canonical);
    return canonical;
}

SharedLibrary SharedLibrary::open(const std::filesystem::path& path, const LibraryPolicy& policy) {
    auto checked = checkedLibraryPath(path, policy);
    void* handle = platform::load(checked);
    return {handle, std::move(checked)};
}

void* SharedLibrary::symbol(const char* name) const noexcept { return platform::symbol(handle_, name); }

}  // namespace ukey::loader
