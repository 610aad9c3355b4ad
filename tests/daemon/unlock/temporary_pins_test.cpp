// PINs that an RA chose: known until their user changed them, whoever asks and whatever restarts.
#include "daemon/unlock/temporary_pins.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/scratch_folder.hpp"

namespace ukey::unlock {
namespace {

hosts::HostedToken token(const std::string& serial, const std::string& driver = "soft",
                         const std::string& id = "slot 1") {
    hosts::HostedToken token;
    token.driver = driver;
    token.info.serial = serial;
    token.info.id = id;
    token.identity = token::Identities().of(driver, token.info);
    return token;
}

class TemporaryPinsTest : public testing::Test {
  protected:
    test::ScratchFolder folder_;
    TemporaryPins pins_{folder_.path()};
};

TEST_F(TemporaryPinsTest, noted_isKnownAfterARestartAndInAnotherSlot) {
    pins_.add(token("S1"));
    TemporaryPins restarted(folder_.path());
    EXPECT_TRUE(restarted.has(token("S1", "soft", "slot 2")));
    EXPECT_FALSE(restarted.has(token("S2")));
    EXPECT_FALSE(restarted.has(token("S1", "other"))) << "another maker's serial number";
}

TEST_F(TemporaryPinsTest, changedByAnotherProcess_isForgotten) {
    pins_.add(token("S1"));
    TemporaryPins(folder_.path()).remove(token("S1"));
    EXPECT_FALSE(pins_.has(token("S1")));
}

TEST_F(TemporaryPinsTest, tokenWithoutSerial_isKnownByTheDriversName) {
    pins_.add(token("", "soft", "slot 1"));
    EXPECT_TRUE(pins_.has(token("", "soft", "slot 1")));
    EXPECT_FALSE(pins_.has(token("", "soft", "slot 2")));
}

TEST_F(TemporaryPinsTest, nothingNoted_makesNoFile) {
    pins_.remove(token("S1"));
    EXPECT_FALSE(pins_.has(token("S1")));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(TemporaryPinsTest, folderThatCannotBeWritten_leavesItKnownToThisProcess) {
    const auto file = folder_.path() / "no-folder";
    std::ofstream(file) << "a file";
    TemporaryPins pins(file);
    pins.add(token("S1"));
    EXPECT_TRUE(pins.has(token("S1")));
    pins.remove(token("S1"));
    EXPECT_FALSE(pins.has(token("S1")));
}

}  // namespace
}  // namespace ukey::unlock
