// Where a driver's library may come from (security.md 40, 41).
#pragma once

#include <string>
#include <vector>

#include "daemon/hosts/supervisor.hpp"

namespace ukey::hosts {

/// The folders of HostSettings::libraryFolders, or the system's and the one beside the host program.
std::vector<std::string> libraryFolders(const HostSettings& settings);

/// The canonical path of the driver's library. A bare name is looked for in the folders, in their order; an
/// absolute path must lie in one of them, below any sub-folder, unless the entry is trusted. Links are
/// resolved first. Throws driver-missing, and bad-request for a path that is not allowed and for a file that
/// others than root and this user could change or exchange.
std::string resolveLibrary(const DriverConfig& driver, const HostSettings& settings);

/// The host program that can load the library: one of its word size, as its headers say.
std::string hostProgramFor(const std::string& library, const HostSettings& settings);

}  // namespace ukey::hosts
