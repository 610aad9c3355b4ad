#include "daemon/policy/pseudonyms.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "daemon/policy/install_secret.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::policy {
namespace {

TEST(Pseudonyms, sameThing_hasAnotherNameForEachOriginKindAndInstallation_S67) {
    const Pseudonyms here(Bytes(32, 1));
    const Pseudonyms elsewhere(Bytes(32, 2));
    std::set<std::string> names;
    names.insert(here.nameFor("https://a.example", "token", {"serial"}));
    names.insert(here.nameFor("https://b.example", "token", {"serial"}));
    names.insert(here.nameFor("https://a.example", "certificate", {"serial"}));
    names.insert(here.nameFor("https://a.example", "token", {"other"}));
    names.insert(here.nameFor("https://a.example", "token", {"se", "rial"}));
    names.insert(here.nameFor("https://a.example", "token", {"seri", "al"}));
    names.insert(elsewhere.nameFor("https://a.example", "token", {"serial"}));
    EXPECT_EQ(names.size(), 7U);
    for (const std::string& name : names) EXPECT_EQ(name.size(), 22U);
}

TEST(Pseudonyms, sameThing_keepsItsName) {
    EXPECT_EQ(Pseudonyms(Bytes(32, 1)).nameFor("https://a.example", "token", {"serial"}),
              Pseudonyms(Bytes(32, 1)).nameFor("https://a.example", "token", {"serial"}));
}

TEST(Pseudonyms, name_isTheHmacOfItsParts) {
    // HMAC-SHA256 over length-prefixed parts, computed with another implementation.
    EXPECT_EQ(Pseudonyms(Bytes(32, 1)).nameFor("o", "k", {"p"}), "Y5a5DpQ3BC7CqCRxfTTXsQ");
}

TEST(Pseudonyms, shortSecret_isRefused) { EXPECT_THROW(Pseudonyms(Bytes(16, 1)), Error); }

class InstallSecret : public testing::Test {
  protected:
    InstallSecret() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ukey-secret-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~InstallSecret() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(InstallSecret, firstStart_makesFolderAndFileForTheOwnerAlone) {
    const auto state = folder_ / "deep" / "state";
    EXPECT_EQ(installSecret(state).size(), 32U);
    struct stat info {};
    ASSERT_EQ(::stat((state / "install-secret").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    ASSERT_EQ(::stat(state.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(InstallSecret, nextStart_findsTheSame) { EXPECT_EQ(installSecret(folder_), installSecret(folder_)); }

TEST_F(InstallSecret, otherInstallation_hasAnother) {
    EXPECT_NE(installSecret(folder_ / "a"), installSecret(folder_ / "b"));
}

TEST_F(InstallSecret, damagedFile_isSetAsideAndReplaced) {
    int damaged = 0;
    for (const std::string& content :
         {std::string("short"), std::string(32, '\0'), std::string(4096, '\0')}) {
        std::ofstream(folder_ / "install-secret") << content;
        const Bytes secret = installSecret(folder_);
        EXPECT_EQ(secret.size(), 32U);
        EXPECT_NE(secret, Bytes(32, 0));
        EXPECT_EQ(installSecret(folder_), secret);
        EXPECT_TRUE(
            std::filesystem::exists(folder_ / ("install-secret.broken-" + std::to_string(++damaged))));
    }
}

TEST_F(InstallSecret, thatOthersCanChangeOrALink_isRefusedWithItsName) {
    const auto file = folder_ / "install-secret";
    (void)installSecret(folder_);
    const auto refusal = [&]() -> std::string {
        try {
            (void)installSecret(folder_);
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    };
    std::filesystem::permissions(file, std::filesystem::perms(0602));
    EXPECT_NE(refusal().find(file.string()), std::string::npos);
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    std::filesystem::permissions(folder_, std::filesystem::perms(0777));
    EXPECT_NE(refusal().find(folder_.string()), std::string::npos);
    std::filesystem::permissions(folder_, std::filesystem::perms(0700));
    EXPECT_EQ(refusal(), "");
    std::filesystem::rename(file, folder_ / "elsewhere");
    std::filesystem::create_symlink(folder_ / "elsewhere", file);
    EXPECT_NE(refusal().find(file.string()), std::string::npos);
}

TEST_F(InstallSecret, folderThatIsAFile_isAnErrorThatNamesIt) {
    std::ofstream(folder_ / "file") << "x";
    try {
        installSecret(folder_ / "file");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("file"), std::string::npos);
    }
}

}  // namespace
}  // namespace ukey::policy
