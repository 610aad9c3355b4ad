// What kind of library a file is, read from its first octets, so that a library that cannot be loaded into
// this process gets a clear answer, and the right token host is chosen for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "tokenlib/base/bytes.hpp"

namespace ukey::loader {

enum class ImageFormat : std::uint8_t { elf, pe };

struct LibraryImage {
    ImageFormat format = ImageFormat::elf;
    unsigned bits = 0;          ///< 32 or 64.
    std::uint16_t machine = 0;  ///< e_machine of ELF, Machine of the COFF header.
    bool operator==(const LibraryImage&) const = default;
};

/// Reads the headers from the start of a file (the first 4096 octets are enough for every real library).
/// Nothing when it is neither ELF nor PE.
std::optional<LibraryImage> parseLibraryImage(ByteView start);

/// The same of a file; nothing also when it cannot be read.
std::optional<LibraryImage> libraryImage(const std::filesystem::path& path);

}  // namespace ukey::loader
