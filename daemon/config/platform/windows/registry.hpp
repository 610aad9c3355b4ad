// Reading keys of the registry. Only for the files below platform/windows.
#pragma once

#include <optional>
#include <string>

#include "daemon/config/registry_settings.hpp"

namespace ukey::config {

/// A key below HKEY_LOCAL_MACHINE with all that is in it, as 64-bit programs see it; nothing when there is
/// none. Throws ukey::Error (bad-request) that names what cannot be read.
std::optional<RegistryKey> readMachineKey(const std::string& path);

}  // namespace ukey::config
