#include "daemon/policy/pseudonyms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "daemon/policy/install_secret.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/private_files.hpp"

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
    InstallSecret() { platform::makeOwnFolder(folder_); }

  private:
    ukey::test::ScratchFolder scratch_;

  protected:
    const std::filesystem::path folder_ = scratch_.path() / "own";
};

TEST_F(InstallSecret, firstStart_makesFolderAndFileForTheOwnerAlone) {
    const auto state = folder_ / "deep" / "state";
    EXPECT_EQ(installSecret(state).size(), 32U);
    EXPECT_EQ(platform::whyOthersCanChange(state / "install-secret").value_or(""), "");
#ifndef _WIN32  // Windows has lists of rights instead, which the line above looks at.
    namespace fs = std::filesystem;
    EXPECT_EQ(fs::status(state / "install-secret").permissions(), fs::perms(0600));
    EXPECT_EQ(fs::status(state).permissions(), fs::perms(0700));
#endif
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

#ifdef _WIN32
TEST_F(InstallSecret, ofWindows_isNotReadableInItsFile) {
    const Bytes secret = installSecret(folder_);
    std::ifstream in(folder_ / "install-secret", std::ios::binary);
    const Bytes sealed{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    EXPECT_EQ(std::search(sealed.begin(), sealed.end(), secret.begin(), secret.end()), sealed.end());
}
#else
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
#endif

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
