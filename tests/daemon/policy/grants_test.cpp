// What users grant is kept, and can be taken back while the program runs.
#include "daemon/policy/grants.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/support/scratch_folder.hpp"

namespace ukey::policy {
namespace {

constexpr auto kSite = "https://new.example";

TEST(GrantsInAFolder, grantedScopes_surviveARestart) {
    const test::ScratchFolder folder;
    Grants(folder.path()).add(kSite, {Scope::tokens, Scope::sign});
    Grants(folder.path()).add(kSite, {Scope::certificates});
    Grants again(folder.path());
    EXPECT_EQ(again.of(kSite), (Scopes{Scope::tokens, Scope::certificates, Scope::sign}));
    EXPECT_EQ(again.of("https://other.example"), Scopes());
    const auto list = again.list();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].origin, kSite);
    EXPECT_EQ(list[0].since.size(), std::string("2026-01-01T00:00:00Z").size());
}

TEST(GrantsInAFolder, revokedByAnotherProgram_countsAtOnce) {
    const test::ScratchFolder folder;
    Grants daemon(folder.path());
    daemon.add(kSite, {Scope::tokens, Scope::sign});
    EXPECT_TRUE(daemon.of(kSite).has(Scope::sign));
    Grants command(folder.path());
    EXPECT_TRUE(command.revoke(kSite, Scope::sign));
    EXPECT_EQ(daemon.of(kSite), Scopes{Scope::tokens});
    EXPECT_TRUE(command.revoke(kSite));
    EXPECT_FALSE(command.revoke(kSite));
    EXPECT_EQ(daemon.of(kSite), Scopes());
}

TEST(GrantsInAFolder, nothingGranted_makesNoFile) {
    const test::ScratchFolder folder;
    Grants grants(folder.path());
    EXPECT_EQ(grants.of(kSite), Scopes());
    EXPECT_TRUE(grants.list().empty());
    EXPECT_FALSE(grants.revoke(kSite));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(GrantsInMemory, behaveTheSame) {
    Grants grants({});
    grants.add(kSite, {Scope::tokens, Scope::sign});
    EXPECT_TRUE(grants.revoke(kSite, Scope::sign));
    EXPECT_FALSE(grants.revoke(kSite, Scope::sign));
    EXPECT_EQ(grants.of(kSite), Scopes{Scope::tokens});
    EXPECT_TRUE(grants.revoke(kSite));
    EXPECT_EQ(grants.of(kSite), Scopes());
}

}  // namespace
}  // namespace ukey::policy
