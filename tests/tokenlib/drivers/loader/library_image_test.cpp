#include "tokenlib/drivers/loader/library_image.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tokenlib/drivers/loader/platform/library_loader.hpp"

using ukey::asBytes;
using ukey::Bytes;
using ukey::loader::ImageFormat;
using ukey::loader::LibraryImage;
using ukey::loader::libraryImage;
using ukey::loader::parseLibraryImage;

namespace {

Bytes elf(std::uint8_t fileClass, std::uint8_t data, std::uint8_t machineLow, std::uint8_t machineHigh) {
    Bytes image{0x7f, 'E', 'L', 'F', fileClass, data};
    image.resize(20);
    image[18] = machineLow;
    image[19] = machineHigh;
    return image;
}

Bytes pe(std::uint32_t header, std::uint16_t machine, std::uint16_t magic) {
    Bytes image(0x100);
    image[0] = 'M';
    image[1] = 'Z';
    for (std::size_t i = 0; i < 4; ++i) image[0x3c + i] = static_cast<std::uint8_t>(header >> (8 * i));
    image[0x80] = 'P';
    image[0x81] = 'E';
    image[0x84] = static_cast<std::uint8_t>(machine);
    image[0x85] = static_cast<std::uint8_t>(machine >> 8);
    image[0x98] = static_cast<std::uint8_t>(magic);
    image[0x99] = static_cast<std::uint8_t>(magic >> 8);
    return image;
}

}  // namespace

TEST(LibraryImage, elf_bothClassesAndByteOrders_areTold) {
    EXPECT_EQ(parseLibraryImage(elf(2, 1, 62, 0)), (LibraryImage{ImageFormat::elf, 64, 62}));
    EXPECT_EQ(parseLibraryImage(elf(1, 1, 3, 0)), (LibraryImage{ImageFormat::elf, 32, 3}));
    EXPECT_EQ(parseLibraryImage(elf(2, 2, 0, 22)), (LibraryImage{ImageFormat::elf, 64, 22}));
}

TEST(LibraryImage, pe_bothKinds_areTold) {
    EXPECT_EQ(parseLibraryImage(pe(0x80, 0x8664, 0x20b)), (LibraryImage{ImageFormat::pe, 64, 0x8664}));
    EXPECT_EQ(parseLibraryImage(pe(0x80, 0x014c, 0x10b)), (LibraryImage{ImageFormat::pe, 32, 0x014c}));
}

TEST(LibraryImage, headers_cutShortOrOutOfRange_areNoImage) {
    const Bytes whole = pe(0x80, 0x8664, 0x20b);
    for (std::size_t size = 0; size < 0x9a; ++size) {
        EXPECT_FALSE(parseLibraryImage(ukey::ByteView(whole).first(size))) << size;
    }
    EXPECT_FALSE(parseLibraryImage(pe(0xffffffff, 0x8664, 0x20b)));
    EXPECT_FALSE(parseLibraryImage(pe(0x80, 0x8664, 0x107)));
    EXPECT_FALSE(parseLibraryImage(elf(3, 1, 62, 0)));
    EXPECT_FALSE(parseLibraryImage(elf(2, 0, 62, 0)));
    EXPECT_FALSE(parseLibraryImage(ukey::ByteView(elf(2, 1, 62, 0)).first(19)));
    EXPECT_FALSE(parseLibraryImage(asBytes("INPUT(-lpkcs11)")));
}

TEST(LibraryImage, file_thatIsNotThere_isNoImage) { EXPECT_FALSE(libraryImage("/nonexistent/lib.so")); }

TEST(LibraryImage, ownProgram_hasThisProcessesBits) {
    const auto image = ukey::loader::platform::ownImage();
    ASSERT_TRUE(image);
    EXPECT_EQ(image->bits, sizeof(void*) * 8);
}
