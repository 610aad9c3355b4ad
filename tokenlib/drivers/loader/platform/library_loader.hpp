// What loading a library means on each operating system.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tokenlib/drivers/loader/library_image.hpp"

namespace ukey::loader::platform {

/// The image of the running program: a library must have the same format, bitness and machine.
std::optional<LibraryImage> ownImage();

/// Why the file or a directory above it could be changed by somebody else than this user and the
/// administrator; nothing when it cannot.
/// `path` is canonical.
std::optional<std::string> whyExchangeable(const std::filesystem::path& path);

/// Loads for the rest of the process's life. Throws driver-missing, driver-error.
void* load(const std::filesystem::path& path);
void* symbol(void* library, const char* name) noexcept;

}  // namespace ukey::loader::platform
