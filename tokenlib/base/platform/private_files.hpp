// Files and folders whose content decides: whoever can change them decides in the user's place.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ukey::platform {

/// Why somebody other than this user and the administrator could change or exchange the file or folder;
/// nothing when nobody can. Looks at it and at every folder above. A link is a reason where it stands last;
/// above, links are followed. What is not there is examined as far as it is.
std::optional<std::string> whyOthersCanChange(const std::filesystem::path& path);

/// Takes the file or folder from everybody but its owner. Throws ukey::Error (internal) that names it.
void keepForOwner(const std::filesystem::path& path);

/// Makes a folder for its owner alone, if it is not there. Throws ukey::Error (internal) that names it.
void makeOwnFolder(const std::filesystem::path& path);

}  // namespace ukey::platform
