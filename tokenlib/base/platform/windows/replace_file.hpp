// Putting one file in the place of another.
#pragma once

#include <cstdint>
#include <filesystem>

namespace ukey::platform {

/// A reader, and a restart after a crash at any moment, finds the old content or the new; on return the new
/// is on the disk. A moment in which somebody else (a reader, a virus scanner) holds `path` open is waited
/// out, two seconds at most. Returns 0, or what Windows says against it (GetLastError).
std::uint32_t moveInto(const std::filesystem::path& fresh, const std::filesystem::path& path) noexcept;

}  // namespace ukey::platform
