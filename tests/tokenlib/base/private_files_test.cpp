#include "tokenlib/base/platform/private_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/scratch_folder.hpp"

namespace ukey::platform {
namespace {

namespace fs = std::filesystem;

class PrivateFiles : public testing::Test {
  protected:
    PrivateFiles() : folder_(fs::canonical(scratch_.path())), file_(folder_ / "inner" / "file") {
        fs::create_directory(folder_ / "inner");
        std::ofstream(file_) << "x";
        for (const fs::path& path : {folder_ / "inner", file_}) setMode(path, path == file_ ? 0644 : 0755);
    }
    static void setMode(const fs::path& path, mode_t mode) { ASSERT_EQ(::chmod(path.c_str(), mode), 0); }
    void give(const fs::path& path, uid_t user, gid_t group) {
        ASSERT_EQ(::lchown(path.c_str(), user, group), 0);
    }

    test::ScratchFolder scratch_;
    fs::path folder_;
    fs::path file_;
};

constexpr uid_t kNobody = 65534;

TEST_F(PrivateFiles, ofThisUserInItsOwnFolders_isTrusted) {
    EXPECT_EQ(whyOthersCanChange(file_), std::nullopt);
    EXPECT_EQ(whyOthersCanChange("/usr/bin/env"), std::nullopt);
    EXPECT_EQ(whyOthersCanChange(folder_ / "none" / "none"), std::nullopt) << "what is not there";
}

TEST_F(PrivateFiles, writableByAll_isNamed_S41) {
    setMode(file_, 0666);
    EXPECT_EQ(whyOthersCanChange(file_), file_.string() + " can be written by every user");
    setMode(file_, 0644);
    setMode(folder_ / "inner", 0777);
    EXPECT_EQ(whyOthersCanChange(file_), (folder_ / "inner").string() + " can be written by every user");
    setMode(folder_ / "inner", 01777);
    EXPECT_EQ(whyOthersCanChange(file_), std::nullopt) << "there nobody can exchange what is ours";
}

TEST_F(PrivateFiles, writableByAGroupOfOthers_isNamed_S41) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to any group";
    setMode(file_, 0664);
    EXPECT_EQ(whyOthersCanChange(file_), std::nullopt) << "the group of root";
    give(file_, 0, kNobody);  // nogroup, the group of nobody.
    EXPECT_EQ(whyOthersCanChange(file_), file_.string() + " can be written by a group");
}

TEST_F(PrivateFiles, ofAnotherUser_isNamedWhereverItStands_S41) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    give(file_, kNobody, 0);
    EXPECT_EQ(whyOthersCanChange(file_), file_.string() + " belongs to another user");
    give(file_, 0, 0);
    give(folder_ / "inner", kNobody, 0);
    EXPECT_EQ(whyOthersCanChange(file_), (folder_ / "inner").string() + " belongs to another user");
}

TEST_F(PrivateFiles, link_isRefusedWhereItStandsLastAndFollowedAbove) {
    fs::create_symlink(file_, folder_ / "link");
    EXPECT_EQ(whyOthersCanChange(folder_ / "link"), (folder_ / "link").string() + " is a link");
    fs::create_symlink(folder_ / "none", folder_ / "dangling");
    EXPECT_EQ(whyOthersCanChange(folder_ / "dangling"), (folder_ / "dangling").string() + " is a link");
    fs::create_directory_symlink(folder_ / "inner", folder_ / "way");
    EXPECT_EQ(whyOthersCanChange(folder_ / "way" / "file"), std::nullopt);
}

TEST_F(PrivateFiles, keptForTheirOwner_areNobodyElses) {
    setMode(file_, 0666);
    keepForOwner(file_);
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0600));
    makeOwnFolder(folder_ / "a" / "b");
    EXPECT_EQ(fs::status(folder_ / "a" / "b").permissions(), fs::perms(0700));
}

}  // namespace
}  // namespace ukey::platform
