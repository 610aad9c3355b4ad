// What changes in the files of the configuration, while somebody watches.
#include "daemon/config/settings_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "tests/daemon/config/config_files.hpp"
#include "tests/support/await.hpp"

namespace ukey::config {
namespace {

class WatchedSettings : public ConfigFiles {
  protected:
    SettingsWatch watch() {
        return SettingsWatch(context_.get_executor(), sources_, [this] { ++changes_; });
    }
    void waitForAChange() {
        test::runUntil(context_, [this] { return changes_ > 0; });
        changes_ = 0;
    }

    boost::asio::io_context context_{1};
    int changes_ = 0;
};

TEST_F(WatchedSettings, usersFile_isToldWhenItComesIsWrittenIsReplacedAndGoes) {
    const SettingsWatch watch = this->watch();
    write("user.json", "{}");
    waitForAChange();
    write("user.json", R"({"webEid": true})");
    waitForAChange();
    std::filesystem::rename(write("new.json", "{}"), sources_.userFile);
    waitForAChange();
    std::filesystem::remove(sources_.userFile);
    waitForAChange();
}

TEST_F(WatchedSettings, namedFile_isWatchedInsteadOfTheUsualOnes) {
    sources_.file = write("named.json", "{}");
    const SettingsWatch watch = this->watch();
    write("named.json", R"({"webEid": true})");
    waitForAChange();
    EXPECT_TRUE(load(sources_).webEid);
}

TEST_F(WatchedSettings, folderThatIsMissing_isNoError) {
    sources_.userFile = folder() / "nowhere" / "user.json";
    EXPECT_NO_THROW((void)watch());
}

TEST_F(WatchedSettings, folderThatComesLater_isWatchedFromThen) {
    const auto way = folder() / "config" / "ukey";
    sources_.userFile = way / "user.json";
    const SettingsWatch watch = this->watch();
    std::filesystem::create_directory(folder() / "config");
    waitForAChange();
    std::filesystem::create_directory(way);
    waitForAChange();
    write("config/ukey/user.json", R"({"webEid": true})");
    waitForAChange();
    EXPECT_TRUE(load(sources_).webEid);
}

TEST_F(WatchedSettings, folderThatComesWithItsFile_isRead) {
    std::filesystem::create_directory(folder() / "new");
    sources_.userFile = folder() / "ukey" / "user.json";
    write("new/user.json", R"({"webEid": true})");
    const SettingsWatch watch = this->watch();
    std::filesystem::rename(folder() / "new", folder() / "ukey");
    waitForAChange();
    EXPECT_TRUE(load(sources_).webEid);
}

TEST_F(WatchedSettings, otherFoldersOnTheWay_areNoNews) {
    sources_.userFile = folder() / "ukey" / "user.json";
    const SettingsWatch watch = this->watch();
    std::filesystem::create_directory(folder() / "another");
    context_.run_for(std::chrono::milliseconds(200));
    EXPECT_EQ(changes_, 0);
    std::filesystem::create_directory(folder() / "ukey");
    waitForAChange();
}

TEST_F(WatchedSettings, watchThatHasGone_tellsNothing) {
    { const SettingsWatch watch = this->watch(); }
    write("user.json", "{}");
    context_.run();
    EXPECT_EQ(changes_, 0);
}

}  // namespace
}  // namespace ukey::config
