#include "daemon/hosts/watchdog.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace ukey::hosts {
namespace {

using pipe::Dialog;
using std::chrono::milliseconds;
using std::chrono::seconds;

class WatchdogTest : public testing::Test {
  protected:
    WatchdogTest() {
        dog_.onOverrun([this](milliseconds limit) {
            limit_ = limit;
            ++overruns_;
            dog_.clear();
        });
    }
    boost::asio::io_context context_;
    Watchdog dog_{context_.get_executor(), milliseconds(20)};
    int overruns_ = 0;
    milliseconds limit_{0};
};

TEST_F(WatchdogTest, idle_hasNoTimer) { EXPECT_EQ(context_.run(), 0U); }

TEST_F(WatchdogTest, callWithoutAnswer_overrunsOnce) {
    dog_.begin(1, seconds(0));
    context_.run();
    EXPECT_EQ(overruns_, 1);
}

TEST_F(WatchdogTest, answeredCall_leavesNoTimerBehindItsFirst) {
    dog_.begin(1, seconds(0));
    dog_.end(1);
    EXPECT_EQ(context_.run(), 1U) << "fires once, finds nothing to do, and is not set again";
    EXPECT_EQ(overruns_, 0);
}

TEST_F(WatchdogTest, openDialog_stopsTheClock) {
    dog_.begin(1, seconds(3600));
    EXPECT_TRUE(dog_.prompt(1, Dialog::open));
    context_.run_for(milliseconds(100));
    EXPECT_EQ(overruns_, 0);
    EXPECT_TRUE(dog_.prompt(1, Dialog::closed));
    dog_.end(1);
}

TEST_F(WatchdogTest, callBesideAnOpenDialog_overruns) {
    dog_.begin(1, seconds(3600));
    EXPECT_TRUE(dog_.prompt(1, Dialog::open));
    context_.run_for(milliseconds(50));  // The timer stands at the dialog's end now.
    dog_.begin(2, seconds(0));
    context_.run_for(seconds(30));
    EXPECT_EQ(overruns_, 1);
}

TEST_F(WatchdogTest, callBesideTheTokensKeypad_waitsForItAndThenForItsAnswer) {
    dog_.begin(1, seconds(3600));
    EXPECT_TRUE(dog_.prompt(1, Dialog::onToken));
    dog_.begin(2, seconds(0));
    context_.run_for(milliseconds(100));
    EXPECT_EQ(overruns_, 0) << "the host cannot answer while its library waits for the keypad";
    dog_.progress();
    EXPECT_TRUE(dog_.prompt(1, Dialog::closed));
    dog_.end(1);
    context_.run_for(seconds(30));
    EXPECT_EQ(overruns_, 1);
}

TEST_F(WatchdogTest, keypadThatNeverCloses_overrunsInTheEnd) {
    dog_.begin(1, seconds(1));
    EXPECT_TRUE(dog_.prompt(1, Dialog::onToken));
    context_.run();
    EXPECT_EQ(overruns_, 1);
}

TEST_F(WatchdogTest, dialogThatNeverCloses_overrunsInTheEnd) {
    dog_.begin(1, seconds(1));
    EXPECT_TRUE(dog_.prompt(1, Dialog::open));
    context_.run();
    EXPECT_EQ(overruns_, 1);
}

TEST_F(WatchdogTest, callThatTakesLong_hasALimitOfItsOwn) {
    dog_.begin(1, seconds(0), 3000);
    context_.run_for(milliseconds(100));
    EXPECT_EQ(overruns_, 0);
    EXPECT_TRUE(dog_.isPatient());
    dog_.progress();
    dog_.end(1);
    EXPECT_FALSE(dog_.isPatient());
    dog_.begin(2, seconds(0), 3);
    context_.run_for(seconds(30));
    EXPECT_EQ(overruns_, 1);
    EXPECT_EQ(limit_, milliseconds(60));
}

TEST_F(WatchdogTest, callsBehindOneThatTakesLong_waitForItAndThenForTheirOwnLimit) {
    dog_.begin(1, seconds(0), 3000);
    dog_.begin(2, seconds(0));
    dog_.begin(3, seconds(3600));  // Its dialog cannot open meanwhile.
    context_.run_for(milliseconds(100));
    EXPECT_EQ(overruns_, 0);
    dog_.progress();
    dog_.end(1);
    context_.run_for(seconds(30));
    EXPECT_EQ(overruns_, 1) << "the alarm stood at the end of the long one";
    EXPECT_EQ(limit_, milliseconds(20));
}

TEST_F(WatchdogTest, callBeforeOneThatTakesLong_isNotGivenItsTime) {
    dog_.begin(1, seconds(0));
    dog_.begin(2, seconds(0), 3000);
    context_.run_for(seconds(30));
    EXPECT_EQ(overruns_, 1);
    EXPECT_EQ(limit_, milliseconds(20));
}

TEST_F(WatchdogTest, dialogThatIsOverlookedAgainAndAgain_getsNoMoreTime) {
    dog_.begin(1, seconds(1));
    EXPECT_TRUE(dog_.prompt(1, Dialog::open));
    for (int i = 0; i < 100 && overruns_ == 0; ++i) {
        EXPECT_TRUE(dog_.prompt(1, Dialog::overlooked));
        EXPECT_TRUE(dog_.prompt(1, Dialog::open));
        context_.run_for(milliseconds(100));
    }
    EXPECT_EQ(overruns_, 1);
}

TEST_F(WatchdogTest, dialogOfACallThatHasNone_isRefused) {
    dog_.begin(1, seconds(0));
    EXPECT_FALSE(dog_.prompt(1, Dialog::open));
    EXPECT_FALSE(dog_.prompt(7, Dialog::open));
    EXPECT_FALSE(dog_.prompt(1, Dialog::overlooked));
    dog_.end(1);
}

TEST_F(WatchdogTest, dialogOverlookedThatIsNotOpen_isRefused) {
    dog_.begin(1, seconds(3600));
    EXPECT_FALSE(dog_.prompt(1, Dialog::overlooked));
    EXPECT_TRUE(dog_.prompt(1, Dialog::open));
    EXPECT_TRUE(dog_.prompt(1, Dialog::closed));
    EXPECT_FALSE(dog_.prompt(1, Dialog::overlooked));
    EXPECT_TRUE(dog_.prompt(1, Dialog::onToken));
    EXPECT_FALSE(dog_.prompt(1, Dialog::overlooked)) << "a keypad is no window";
    dog_.end(1);
}

}  // namespace
}  // namespace ukey::hosts
