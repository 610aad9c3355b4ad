// How the install secret lies in its file differs by operating system.
#pragma once

#include <filesystem>

#include "tokenlib/base/bytes.hpp"

namespace ukey::policy {

inline constexpr std::size_t kSecretOctets = 32;

/// Empty when there is no such file, or none that can be used: then it gets another name. Throws ukey::Error
/// that names it: internal, and bad-request when others could change it.
Bytes readSecret(const std::filesystem::path& path);

/// Replaces the file, for its owner alone. Throws ukey::Error (internal) that names it.
void writeSecret(const std::filesystem::path& path, const Bytes& secret);

}  // namespace ukey::policy
