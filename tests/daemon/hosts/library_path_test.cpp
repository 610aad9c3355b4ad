#include "daemon/hosts/library_path.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tests/support/await.hpp"

namespace ukey::hosts {
namespace {

namespace fs = std::filesystem;

class LibraryPathTest : public testing::Test {
  protected:
    LibraryPathTest() {
        std::string pattern = (fs::temp_directory_path() / "ukey-library-XXXXXX").string();
        root_ = fs::canonical(::mkdtemp(pattern.data()));
        for (const char* folder : {"allowed/vendor", "elsewhere", "allowed-not"})
            fs::create_directories(root_ / folder);
        for (const char* file :
             {"allowed/vendor/lib.so", "allowed/lib2.so", "elsewhere/lib.so", "allowed-not/lib.so"}) {
            std::ofstream(root_ / file) << "x";
        }
        fs::create_symlink(root_ / "elsewhere/lib.so", root_ / "allowed/link.so");
        settings_.libraryFolders = {(root_ / "allowed").string()};
    }
    ~LibraryPathTest() override {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }
    std::string resolve(const std::string& library, bool trusted = false) {
        return resolveLibrary({"d", config::DriverKind::skf, library, "", trusted}, settings_);
    }
    std::optional<ErrorCode> refusal(const std::string& library, bool trusted = false) {
        return test::codeOf([&] { return resolve(library, trusted); });
    }
    std::string at(const char* path) { return (root_ / path).string(); }

    fs::path root_;
    HostSettings settings_;
};

TEST_F(LibraryPathTest, pathInAnAllowedFolder_isTakenInItsCanonicalForm_S40) {
    EXPECT_EQ(resolve(at("allowed/vendor/lib.so")), at("allowed/vendor/lib.so"));
    EXPECT_EQ(resolve(at("elsewhere/../allowed/./lib2.so")), at("allowed/lib2.so"));
    EXPECT_EQ(resolve("lib2.so"), at("allowed/lib2.so"));
}

TEST_F(LibraryPathTest, pathOutside_isRefused_S40) {
    EXPECT_EQ(refusal(at("elsewhere/lib.so")), ErrorCode::badRequest);
    EXPECT_EQ(refusal(at("allowed/../elsewhere/lib.so")), ErrorCode::badRequest);
    EXPECT_EQ(refusal(at("allowed-not/lib.so")), ErrorCode::badRequest) << "a name that begins the same";
    EXPECT_EQ(refusal(at("allowed/link.so")), ErrorCode::badRequest) << "a link that leads out";
    EXPECT_EQ(refusal("link.so"), ErrorCode::badRequest);
    EXPECT_EQ(refusal("vendor/lib.so"), ErrorCode::badRequest) << "relative";
    EXPECT_EQ(refusal("../elsewhere/lib.so"), ErrorCode::badRequest);
}

TEST_F(LibraryPathTest, administratorsPath_mayLieAnywhere_S40) {
    EXPECT_EQ(resolve(at("elsewhere/lib.so"), true), at("elsewhere/lib.so"));
    EXPECT_EQ(resolve("link.so", true), at("elsewhere/lib.so"));
    EXPECT_EQ(refusal("vendor/lib.so", true), ErrorCode::badRequest);
}

TEST_F(LibraryPathTest, whatOthersCanChange_isRefusedWhoeverNamedIt_S41) {
    fs::permissions(root_ / "allowed/lib2.so", fs::perms(0666));
    EXPECT_EQ(refusal(at("allowed/lib2.so")), ErrorCode::badRequest);
    EXPECT_EQ(refusal("lib2.so"), ErrorCode::badRequest);
    fs::permissions(root_ / "elsewhere", fs::perms(0777));
    EXPECT_EQ(refusal(at("elsewhere/lib.so"), true), ErrorCode::badRequest) << "the folder above";
}

TEST_F(LibraryPathTest, whatIsNoFile_isMissing) {
    EXPECT_EQ(refusal(at("allowed/none.so")), ErrorCode::driverMissing);
    EXPECT_EQ(refusal(at("allowed/vendor")), ErrorCode::driverMissing);
    EXPECT_EQ(refusal("none.so"), ErrorCode::driverMissing);
    EXPECT_EQ(refusal(""), ErrorCode::driverMissing);
}

TEST_F(LibraryPathTest, defaultFolders_areTheSystemsAndThatBesideThePrograms_S41) {
    HostSettings settings;
    settings.hostProgram = "/opt/ukey/bin/ukey-token-host";
    const auto folders = libraryFolders(settings);
    EXPECT_EQ(folders.front(), "/opt/ukey/lib");
    for (const std::string& folder : folders) EXPECT_TRUE(folder.starts_with("/")) << folder;
}

}  // namespace
}  // namespace ukey::hosts
