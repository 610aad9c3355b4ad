#include "tokenlib/drivers/loader/shared_library.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tokenlib/base/error.hpp"

namespace fs = std::filesystem;
using ukey::ErrorCode;
using ukey::loader::LibraryPolicy;
using ukey::loader::SharedLibrary;

namespace {

fs::path sample() { return UKEY_LOADER_SAMPLE; }

ErrorCode codeOfOpening(const fs::path& path, const LibraryPolicy& policy = {}) {
    try {
        (void)SharedLibrary::open(path, policy);
    } catch (const ukey::Error& error) {
        return error.code();
    }
    ADD_FAILURE() << path << " was loaded";
    return ErrorCode::internal;
}

class SharedLibraryTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "ukey-loader-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        ASSERT_TRUE(fs::exists(sample()));
    }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path copyOfSample() const {
        fs::copy_file(sample(), folder_ / "copy.so");
        fs::permissions(folder_ / "copy.so", fs::perms(0755));
        return folder_ / "copy.so";
    }

    fs::path folder_;
};

}  // namespace

TEST_F(SharedLibraryTest, library_ofThisSystem_givesItsFunctions) {
    const auto library = SharedLibrary::open(copyOfSample());
    auto* answer = library.function<int (*)()>("loaderSampleAnswer");
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(answer(), 42);
    EXPECT_EQ(library.symbol("noSuchThing"), nullptr);
}

TEST_F(SharedLibraryTest, link_toALibrary_isResolved_S40) {
    const auto copy = copyOfSample();
    fs::create_symlink(copy, folder_ / "link.so");
    EXPECT_EQ(SharedLibrary::open(folder_ / "link.so").path(), fs::canonical(copy));
}

TEST_F(SharedLibraryTest, file_thatIsNotThere_isDriverMissing) {
    EXPECT_EQ(codeOfOpening(folder_ / "none.so"), ErrorCode::driverMissing);
    EXPECT_EQ(codeOfOpening(folder_), ErrorCode::driverMissing);
}

TEST_F(SharedLibraryTest, path_thatIsRelative_isRefused_S41) {
    EXPECT_EQ(codeOfOpening("libpkcs11.so"), ErrorCode::driverError);
}

TEST_F(SharedLibraryTest, file_writableByAll_isRefused_S40) {
    const auto copy = copyOfSample();
    fs::permissions(copy, fs::perms(0777));
    EXPECT_EQ(codeOfOpening(copy), ErrorCode::driverError);
}

TEST_F(SharedLibraryTest, directory_writableByAll_isRefused_S41) {
    fs::create_directory(folder_ / "open");
    fs::create_directory(folder_ / "open" / "inner");
    const auto copy = folder_ / "open" / "inner" / "lib.so";
    fs::rename(copyOfSample(), copy);
    fs::permissions(folder_ / "open", fs::perms(0777));
    EXPECT_EQ(codeOfOpening(copy), ErrorCode::driverError);
    fs::permissions(folder_ / "open", fs::perms(0755));
    EXPECT_NO_THROW((void)SharedLibrary::open(copy));
}

TEST_F(SharedLibraryTest, file_ofAnotherUserInASharedDirectory_isRefused_S41) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    const auto shared = folder_ / "shared";
    fs::create_directory(shared);
    fs::rename(copyOfSample(), shared / "lib.so");
    ASSERT_EQ(::chmod(shared.c_str(), 01777), 0);
    EXPECT_NO_THROW((void)SharedLibrary::open(shared / "lib.so"));
    ASSERT_EQ(::chown((shared / "lib.so").c_str(), 65534, 65534), 0);
    EXPECT_EQ(codeOfOpening(shared / "lib.so"), ErrorCode::driverError);
}

TEST_F(SharedLibraryTest, library_outsideTheAllowedDirectories_isRefused_S40) {
    const auto copy = copyOfSample();
    fs::create_directory(folder_ / "allowed");
    EXPECT_EQ(codeOfOpening(copy, {{folder_ / "allowed"}}), ErrorCode::driverError);
    fs::create_symlink(copy, folder_ / "allowed" / "link.so");
    EXPECT_EQ(codeOfOpening(folder_ / "allowed" / "link.so", {{folder_ / "allowed"}}),
              ErrorCode::driverError);
    EXPECT_NO_THROW((void)SharedLibrary::open(copy, {{folder_ / "allowed", folder_}}));
}

TEST_F(SharedLibraryTest, library_ofOtherBits_isDriverBitness_S43) {
    const auto copy = copyOfSample();
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4);
    file.put(sizeof(void*) == 8 ? 1 : 2);
    file.close();
    EXPECT_EQ(codeOfOpening(copy), ErrorCode::driverBitness);
}

TEST_F(SharedLibraryTest, file_thatIsNoLibrary_isDriverError) {
    std::ofstream(folder_ / "text.so") << "INPUT(-lpkcs11)";
    EXPECT_EQ(codeOfOpening(folder_ / "text.so"), ErrorCode::driverError);
}

TEST_F(SharedLibraryTest, library_cutShort_isDriverError) {
    const auto copy = copyOfSample();
    fs::resize_file(copy, 64);
    EXPECT_EQ(codeOfOpening(copy), ErrorCode::driverError);
}
