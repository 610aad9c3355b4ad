// Where the system keeps libraries, those of makers among them.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace ukey::platform {

/// Folders in which a library may lie, in the order in which a name is looked for.
std::vector<std::filesystem::path> libraryFolders();

/// What the system's own loader would take for the name, beyond those folders, by what its administrator told
/// it (ldconfig). Nothing where it knows none, or keeps no such list.
std::optional<std::filesystem::path> libraryOfLoader(std::string_view name);

}  // namespace ukey::platform
