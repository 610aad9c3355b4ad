// Files that only their owner may read.
#pragma once

#include <filesystem>
#include <string>

namespace ukey::ca {

/// Makes the folder, mode 0700.
void makePrivateFolder(const std::filesystem::path& folder);

/// Mode 0600; the file appears complete or not at all.
void writePrivateFile(const std::filesystem::path& file, const std::string& content);

/// Throws `internal` when it cannot be read.
std::string readFile(const std::filesystem::path& file);

}  // namespace ukey::ca
