// Where the system keeps libraries, those of makers among them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ukey::platform {

/// Folders in which a library may lie, in the order in which a name is looked for.
std::vector<std::filesystem::path> libraryFolders();

/// What the system's own loader would take for the name, beyond those folders, by what its administrator told
/// it (ldconfig). Nothing where it knows none, or keeps no such list.
std::optional<std::filesystem::path> libraryOfLoader(std::string_view name);

/// The same, in the octets of a cache of glibc's (ld.so.cache, format 1.1), for libraries of this processor.
std::optional<std::string> pathInLoaderCache(std::string_view cache, std::string_view name);

}  // namespace ukey::platform
