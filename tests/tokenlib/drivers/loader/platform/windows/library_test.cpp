// What is loaded, what is refused, and where a library finds what it loads by itself.
#include <gtest/gtest.h>
#include <windows.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include "tests/support/platform/windows/access.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/drivers/loader/shared_library.hpp"
#include "tokenlib/process/platform/windows/hardening.hpp"

namespace ukey::loader {
namespace {

namespace fs = std::filesystem;

class LibraryOfWindows : public testing::Test {
  protected:
    LibraryOfWindows() {
        ukey::platform::makeOwnFolder(folder());
        copySample(library());
    }

    static void copySample(const fs::path& to) {
        if (::CopyFileW(fs::path(UKEY_LOADER_SAMPLE).c_str(), to.c_str(), TRUE) == FALSE)
            throw std::runtime_error("no copy of the sample");
        ukey::platform::keepForOwner(to);
    }
    /// None where it was loaded.
    static std::optional<ErrorCode> refusalOf(const fs::path& path, const LibraryPolicy& policy = {}) {
        try {
            (void)SharedLibrary::open(path, policy);
        } catch (const Error& error) {
            return error.code();
        }
        return std::nullopt;
    }

    fs::path folder() const { return scratch_.path() / L"驱动"; }
    fs::path library() const { return folder() / "maker.dll"; }

    test::ScratchFolder scratch_;
};

TEST_F(LibraryOfWindows, inAFolderWithAChineseName_givesItsFunctions) {
    const auto loaded = SharedLibrary::open(library());
    auto* answer = loaded.function<int (*)()>("loaderSampleAnswer");
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(answer(), 42);
    EXPECT_EQ(loaded.symbol("noSuchThing"), nullptr);
}

TEST_F(LibraryOfWindows, fileOrFolderThatOthersCanChange_isRefused_S40_S41) {
    test::setAccess(library(), L"D:P(A;;FA;;;WD)");
    EXPECT_EQ(refusalOf(library()), ErrorCode::driverError);
    ukey::platform::keepForOwner(library());
    EXPECT_EQ(refusalOf(library()), std::nullopt);
    // A new file beside it is loaded in place of one of the system's.
    test::setAccess(folder(), L"D:P(A;;FA;;;WD)");
    EXPECT_EQ(refusalOf(library()), ErrorCode::driverError);
}

TEST_F(LibraryOfWindows, folderAboveThatOthersCanExchange_isRefused_S41) {
    ukey::platform::makeOwnFolder(folder() / "inner");
    copySample(folder() / "inner" / "maker.dll");
    EXPECT_EQ(refusalOf(folder() / "inner" / "maker.dll"), std::nullopt);
    test::setAccess(folder(), L"D:P(A;;FA;;;WD)");
    EXPECT_EQ(refusalOf(folder() / "inner" / "maker.dll"), ErrorCode::driverError);
}

TEST_F(LibraryOfWindows, whatIsNotThereOrElsewhereOrNoPath_isRefusedByItsKind_S40_S41) {
    EXPECT_EQ(refusalOf(folder() / "none.dll"), ErrorCode::driverMissing);
    EXPECT_EQ(refusalOf(folder()), ErrorCode::driverMissing);
    EXPECT_EQ(refusalOf("maker.dll"), ErrorCode::driverError);
    EXPECT_EQ(refusalOf(library(), {{scratch_.path() / "allowed"}}), ErrorCode::driverError);
    EXPECT_EQ(refusalOf(library(), {{folder()}}), std::nullopt);
}

TEST_F(LibraryOfWindows, ofOtherBits_isToldBeforeItIsLoaded_S43) {
    std::fstream file(library(), std::ios::in | std::ios::out | std::ios::binary);
    std::uint32_t header = 0;
    file.seekg(0x3c);
    file.read(reinterpret_cast<char*>(&header), sizeof header);
    constexpr std::uint16_t kOtherMachine =
        sizeof(void*) == 8 ? IMAGE_FILE_MACHINE_I386 : IMAGE_FILE_MACHINE_AMD64;
    constexpr std::uint16_t kOtherMagic =
        sizeof(void*) == 8 ? IMAGE_NT_OPTIONAL_HDR32_MAGIC : IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    file.seekp(header + 4);
    file.write(reinterpret_cast<const char*>(&kOtherMachine), sizeof kOtherMachine);
    file.seekp(header + 4 + static_cast<std::uint32_t>(sizeof(IMAGE_FILE_HEADER)));
    file.write(reinterpret_cast<const char*>(&kOtherMagic), sizeof kOtherMagic);
    file.close();
    EXPECT_EQ(refusalOf(library()), ErrorCode::driverBitness);
}

TEST_F(LibraryOfWindows, fileThatIsNoLibrary_isADriverError) {
    std::ofstream(library(), std::ios::trunc) << "MZ but nothing more";
    EXPECT_EQ(refusalOf(library()), ErrorCode::driverError);
}

TEST_F(LibraryOfWindows, whatItLoadsByItself_isFoundBesideItAndNotInTheCurrentFolder_S41) {
    ukey::platform::hardenOwnProcess();
    ukey::platform::makeOwnFolder(folder() / "elsewhere");
    copySample(folder() / "neighbour.dll");
    copySample(folder() / "elsewhere" / "stranger.dll");
    const auto loaded = SharedLibrary::open(library());
    auto* finds = loaded.function<bool (*)(const wchar_t*)>("loaderSampleFinds");
    ASSERT_NE(finds, nullptr);
    EXPECT_TRUE(finds(L"neighbour.dll"));
    const fs::path before = fs::current_path();
    fs::current_path(folder() / "elsewhere");
    EXPECT_FALSE(finds(L"stranger.dll"));
    fs::current_path(before);
}

}  // namespace
}  // namespace ukey::loader
