// What users grant is kept, and can be taken back while the program runs.
#include "daemon/policy/grants.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/sqlite/database.hpp"
#include "tokenlib/sqlite/set_aside.hpp"

namespace ukey::policy {
namespace {

constexpr auto kSite = "https://new.example";
const Bytes kSecret(32, 5);

TEST(GrantsInAFolder, grantedScopes_surviveARestart) {
    const test::ScratchFolder folder;
    Grants(folder.path(), kSecret).add(kSite, {Scope::tokens, Scope::sign});
    Grants(folder.path(), kSecret).add(kSite, {Scope::certificates});
    Grants again(folder.path(), kSecret);
    EXPECT_EQ(again.of(kSite), (Scopes{Scope::tokens, Scope::certificates, Scope::sign}));
    EXPECT_EQ(again.of("https://other.example"), Scopes());
    const auto list = again.list();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].origin, kSite);
    EXPECT_EQ(list[0].since.size(), std::string("2026-01-01T00:00:00Z").size());
}

TEST(GrantsInAFolder, revokedByAnotherProgram_countsAtOnce) {
    const test::ScratchFolder folder;
    Grants daemon(folder.path(), kSecret);
    daemon.add(kSite, {Scope::tokens, Scope::sign});
    EXPECT_TRUE(daemon.of(kSite).has(Scope::sign));
    Grants command(folder.path(), kSecret);
    EXPECT_TRUE(command.revoke(kSite, Scope::sign));
    EXPECT_EQ(daemon.of(kSite), Scopes{Scope::tokens});
    EXPECT_TRUE(command.revoke(kSite));
    EXPECT_FALSE(command.revoke(kSite));
    EXPECT_EQ(daemon.of(kSite), Scopes());
}

TEST(GrantsInAFolder, nothingGranted_makesNoFile) {
    const test::ScratchFolder folder;
    Grants grants(folder.path(), kSecret);
    EXPECT_EQ(grants.of(kSite), Scopes());
    EXPECT_TRUE(grants.list().empty());
    EXPECT_FALSE(grants.revoke(kSite));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(GrantsInAFolder, rowThatThisInstallationDidNotWrite_doesNotCount_S66) {
    const test::ScratchFolder folder;
    Grants(folder.path(), kSecret).add(kSite, {Scope::tokens});
    sqlite::Database database(folder.path() / "grants.db");
    database.execute("UPDATE grants SET scope = 'sign'");
    EXPECT_EQ(Grants(folder.path(), kSecret).of(kSite), Scopes());
    database.execute("UPDATE grants SET scope = 'tokens'");
    EXPECT_EQ(Grants(folder.path(), kSecret).of(kSite), Scopes{Scope::tokens});
    database.execute(
        "INSERT INTO grants(origin, scope, granted) "
        "VALUES('https://evil.example','sign','2026-01-01T00:00:00Z');"
        "INSERT INTO grants SELECT 'https://evil.example', scope, granted, proof FROM grants WHERE scope = "
        "'tokens'");
    EXPECT_EQ(Grants(folder.path(), kSecret).of("https://evil.example"), Scopes());
    EXPECT_EQ(Grants(folder.path(), Bytes(32, 6)).of(kSite), Scopes()) << "of another installation";
}

TEST(GrantsInAFolder, rowOfAnOlderProgram_isAskedForAgain_S66) {
    const test::ScratchFolder folder;
    {
        sqlite::Database database(folder.path() / "grants.db");
        database.execute(
            "CREATE TABLE grants(origin TEXT NOT NULL, scope TEXT NOT NULL,"
            " granted TEXT NOT NULL, PRIMARY KEY(origin, scope)) WITHOUT ROWID;"
            "INSERT INTO grants VALUES('https://new.example','tokens','2026-01-01T00:00:00Z')");
    }
    Grants grants(folder.path(), kSecret);
    EXPECT_EQ(grants.of(kSite), Scopes());
    grants.add(kSite, {Scope::tokens});
    EXPECT_EQ(Grants(folder.path(), kSecret).of(kSite), Scopes{Scope::tokens});
}

#ifndef _WIN32  // By mode bits and symbolic links; PrivateFiles has the same by lists of rights.
TEST(GrantsInAFolder, fileThatOthersCanChangeOrALink_isRefusedWithItsName_S66) {
    const test::ScratchFolder folder;
    Grants(folder.path(), kSecret).add(kSite, {Scope::tokens});
    const auto file = folder.path() / "grants.db";
    std::filesystem::permissions(file, std::filesystem::perms(0666));
    const auto refusal = [&]() -> std::string {
        try {
            (void)Grants(folder.path(), kSecret).of(kSite);
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    };
    EXPECT_NE(refusal().find(file.string()), std::string::npos);
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    EXPECT_EQ(refusal(), "");
    std::filesystem::rename(file, folder.path() / "elsewhere");
    std::filesystem::create_symlink(folder.path() / "elsewhere", file);
    EXPECT_NE(refusal().find(file.string()), std::string::npos);
}
#endif

class SpoiltFile : public testing::TestWithParam<std::string> {};

TEST_P(SpoiltFile, isSetAsideAndTheRestWorks) {
    const test::ScratchFolder folder;
    const auto file = folder.path() / "grants.db";
    std::ofstream(file, std::ios::binary) << GetParam();
    Grants grants(folder.path(), kSecret);
    EXPECT_EQ(grants.of(kSite), Scopes());
    grants.add(kSite, {Scope::tokens});
    EXPECT_EQ(Grants(folder.path(), kSecret).of(kSite), Scopes{Scope::tokens});
    EXPECT_EQ(sqlite::filesSetAside(folder.path()),
              std::vector<std::filesystem::path>{folder.path() / "grants.db.broken-1"});
    std::ifstream aside(folder.path() / "grants.db.broken-1", std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(aside), {}), GetParam());
}
INSTANTIATE_TEST_SUITE_P(Contents, SpoiltFile,
                         testing::Values(std::string(8192, '\0'), std::string(7, '\0'), "text",
                                         std::string("SQLite format 3\0", 16) + std::string(8176, '\0')));

TEST(GrantsInMemory, behaveTheSame) {
    Grants grants({}, kSecret);
    grants.add(kSite, {Scope::tokens, Scope::sign});
    EXPECT_TRUE(grants.revoke(kSite, Scope::sign));
    EXPECT_FALSE(grants.revoke(kSite, Scope::sign));
    EXPECT_EQ(grants.of(kSite), Scopes{Scope::tokens});
    EXPECT_TRUE(grants.revoke(kSite));
    EXPECT_EQ(grants.of(kSite), Scopes());
}

}  // namespace
}  // namespace ukey::policy
