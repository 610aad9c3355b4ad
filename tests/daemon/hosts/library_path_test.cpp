#include "daemon/hosts/library_path.hpp"
#include "daemon/hosts/platform/library_places.hpp"
#include "daemon/hosts/platform/linux/loader_cache.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstring>
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

TEST_F(LibraryPathTest, nameAlone_isFoundInTheFolderForThisProcessor) {
    HostSettings settings;
    settings.hostProgram = "/opt/ukey/bin/ukey-token-host";
    const std::string found =
        resolveLibrary({"d", config::DriverKind::skf, "libcrypto.so.3", "", false}, settings);
    EXPECT_TRUE(fs::exists(found));
    EXPECT_NE(found.find("/libcrypto.so.3"), std::string::npos) << found;
}

/// A cache as ldconfig writes it, format 1.1: names and paths in pairs, each for a processor.
std::string loaderCache(const std::vector<std::array<std::string, 2>>& libraries, std::uint32_t flags) {
    const auto number = [](std::uint32_t value) {
        std::string octets(sizeof value, '\0');
        std::memcpy(octets.data(), &value, sizeof value);
        return octets;
    };
    std::string entries;
    std::string strings;
    const std::size_t textsAt = 48 + 24 * libraries.size();
    for (const auto& [name, path] : libraries) {
        entries += number(flags) + number(static_cast<std::uint32_t>(textsAt + strings.size()));
        strings += name + '\0';
        entries += number(static_cast<std::uint32_t>(textsAt + strings.size())) + std::string(12, '\0');
        strings += path + '\0';
    }
    return "glibc-ld.so.cache1.1" + number(static_cast<std::uint32_t>(libraries.size())) +
           number(static_cast<std::uint32_t>(strings.size())) + std::string(20, '\0') + entries + strings;
}

#if defined(__x86_64__)
TEST(LoaderCache, nameThatItHas_isItsPathForThisProcessor) {
    const std::string cache =
        loaderCache({{"liba.so", "/srv/vendor/liba.so"}, {"libb.so.1", "/srv/b/libb.so.1"}}, 0x0303);
    EXPECT_EQ(platform::pathInLoaderCache(cache, "liba.so"), "/srv/vendor/liba.so");
    EXPECT_EQ(platform::pathInLoaderCache(cache, "libb.so.1"), "/srv/b/libb.so.1");
    EXPECT_FALSE(platform::pathInLoaderCache(cache, "libb.so"));
    EXPECT_FALSE(platform::pathInLoaderCache(cache, ""));
    EXPECT_EQ(platform::pathInLoaderCache("ld.so-1.7.0" + std::string(40, '\0') + cache, "liba.so"),
              "/srv/vendor/liba.so")
        << "behind one of the old format";
    EXPECT_FALSE(platform::pathInLoaderCache(loaderCache({{"liba.so", "/srv/liba.so"}}, 0x0003), "liba.so"))
        << "of another processor";
    EXPECT_FALSE(platform::pathInLoaderCache(loaderCache({{"liba.so", "srv/liba.so"}}, 0x0303), "liba.so"));
}

TEST(LoaderCache, cutOrSpoilt_neverHarms) {
    const std::string cache = loaderCache({{"liba.so", "/srv/vendor/liba.so"}}, 0x0303);
    for (std::size_t length = 0; length < cache.size(); ++length) {
        EXPECT_FALSE(platform::pathInLoaderCache(cache.substr(0, length), "liba.so")) << length;
    }
    for (std::size_t at = 20; at < cache.size(); ++at) {
        std::string spoilt = cache;
        spoilt[at] = '\xff';
        (void)platform::pathInLoaderCache(spoilt, "liba.so");
    }
}

TEST(LoaderCache, ofThisSystem_knowsItsLibraries) {
    const auto path = platform::libraryOfLoader("libcrypto.so.3");
    ASSERT_TRUE(path);
    EXPECT_TRUE(fs::exists(*path)) << *path;
}
#endif

TEST_F(LibraryPathTest, defaultFolders_areTheSystemsAndThatBesideThePrograms_S41) {
    HostSettings settings;
    settings.hostProgram = "/opt/ukey/bin/ukey-token-host";
    const auto folders = libraryFolders(settings);
    EXPECT_EQ(folders.front(), "/opt/ukey/lib");
    for (const std::string& folder : folders) EXPECT_TRUE(folder.starts_with("/")) << folder;
}

}  // namespace
}  // namespace ukey::hosts
