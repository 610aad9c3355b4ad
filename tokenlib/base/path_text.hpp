// Paths as text and back. A path's own conversions use the code page of the machine on Windows, so that a
// Chinese folder is lost or throws there; scripts/checks/paths.py keeps them out of the rest of the code.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ukey {

/// UTF-8 of the path, with the separators that it has, for messages and for libraries that take UTF-8. On
/// Linux the octets of the name as they are; on Windows a lone surrogate becomes U+FFFD.
std::string pathText(const std::filesystem::path& path);

/// The path that a UTF-8 text names: of the configuration, of a command line, of the pipe.
std::filesystem::path pathFrom(std::string_view text);

}  // namespace ukey
