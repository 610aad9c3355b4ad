#include "tokenlib/drivers/loader/library_image.hpp"

#include <array>
#include <cstddef>
#include <fstream>

namespace ukey::loader {
namespace {

constexpr std::size_t kReadSize = 4096;

std::uint32_t unsignedAt(ByteView bytes, std::size_t offset, std::size_t size, bool bigEndian) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        value = value << 8 | bytes[offset + (bigEndian ? i : size - 1 - i)];
    }
    return value;
}

std::optional<LibraryImage> parseElf(ByteView start) {
    constexpr std::size_t kClass = 4;
    constexpr std::size_t kData = 5;
    constexpr std::size_t kMachine = 18;
    if (start.size() < kMachine + 2 || asText(start.first(4)) !=
                                           "\x7f"
                                           "ELF") {
        return std::nullopt;
    }
    if (start[kClass] != 1 && start[kClass] != 2) return std::nullopt;
    if (start[kData] != 1 && start[kData] != 2) return std::nullopt;
    return LibraryImage{ImageFormat::elf, start[kClass] == 1 ? 32U : 64U,
                        static_cast<std::uint16_t>(unsignedAt(start, kMachine, 2, start[kData] == 2))};
}

std::optional<LibraryImage> parsePe(ByteView start) {
    constexpr std::size_t kPeOffset = 0x3c;
    constexpr std::size_t kCoffSize = 24;  // The signature and the COFF header.
    constexpr std::uint32_t kMagicPe32 = 0x10b;
    constexpr std::uint32_t kMagicPe32Plus = 0x20b;
    if (start.size() < kPeOffset + 4 || asText(start.first(2)) != "MZ") return std::nullopt;
    const std::size_t header = unsignedAt(start, kPeOffset, 4, false);
    if (header > start.size() || start.size() - header < kCoffSize + 2) return std::nullopt;
    if (asText(start.subspan(header, 4)) != std::string_view("PE\0\0", 4)) return std::nullopt;
    const std::uint32_t magic = unsignedAt(start, header + kCoffSize, 2, false);
    if (magic != kMagicPe32 && magic != kMagicPe32Plus) return std::nullopt;
    return LibraryImage{ImageFormat::pe, magic == kMagicPe32 ? 32U : 64U,
                        static_cast<std::uint16_t>(unsignedAt(start, header + 4, 2, false))};
}

}  // namespace

std::optional<LibraryImage> parseLibraryImage(ByteView start) {
    if (const auto elf = parseElf(start)) return elf;
    return parsePe(start);
}

std::optional<LibraryImage> libraryImage(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::array<char, kReadSize> start{};
    file.read(start.data(), start.size());
    const auto count = static_cast<std::size_t>(file.gcount());
    return parseLibraryImage(asBytes(std::string_view(start.data(), count)));
}

}  // namespace ukey::loader
