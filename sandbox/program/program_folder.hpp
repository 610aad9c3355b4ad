// Where the running program lies.
#pragma once

#include <filesystem>

namespace ukey::sandbox {

/// Throws ukey::Error `internal` when the system does not tell.
std::filesystem::path programFolder();

}  // namespace ukey::sandbox
