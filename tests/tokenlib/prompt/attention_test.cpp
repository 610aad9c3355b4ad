#include "tokenlib/prompt/attention.hpp"

#include <gtest/gtest.h>

namespace ukey::prompt {
namespace {

using std::chrono::milliseconds;

class AttentionTest : public testing::Test {
  protected:
    AttentionTest() { attention_.shown(at(0)); }
    static Attention::Clock::time_point at(int milli) {
        return Attention::Clock::time_point() + std::chrono::hours(1) + milliseconds(milli);
    }
    Attention attention_;
};

TEST_F(AttentionTest, keysWhileItOpens_countForNothingAndPutItOff_S14) {
    for (int time = 0; time < 5000; time += 200) EXPECT_FALSE(attention_.key(at(time))) << time;
    EXPECT_FALSE(attention_.isThere(at(5500)));
    EXPECT_TRUE(attention_.isThere(at(5800)));
    EXPECT_TRUE(attention_.key(at(5800)));
}

TEST_F(AttentionTest, click_answersNothingItselfButBegins_S14) {
    EXPECT_FALSE(attention_.click(at(600)));
    EXPECT_TRUE(attention_.isThere(at(601)));
    EXPECT_TRUE(attention_.click(at(602)));
}

TEST_F(AttentionTest, secondHalfOfADoubleClickInThePage_isNone_S14) {
    EXPECT_FALSE(attention_.click(at(100)));
    EXPECT_FALSE(attention_.isThere(at(200)));
    EXPECT_FALSE(attention_.key(at(300)));
}

TEST_F(AttentionTest, textTypedWhereNoneIsAskedFor_takesItBack_S14) {
    EXPECT_TRUE(attention_.isThere(at(2000)));
    attention_.astray(at(2000));
    EXPECT_FALSE(attention_.key(at(2100)));
    EXPECT_TRUE(attention_.key(at(3200)));
}

TEST_F(AttentionTest, keysAfterAnotherWindowHadThem_waitAnew_S14) {
    EXPECT_TRUE(attention_.isThere(at(2000)));
    attention_.away();
    EXPECT_FALSE(attention_.isThere(at(5000)));
    EXPECT_FALSE(attention_.key(at(5000)));
    attention_.back(at(7000));
    EXPECT_FALSE(attention_.key(at(7100)));
    EXPECT_FALSE(attention_.isThere(at(8000)));
    EXPECT_TRUE(attention_.key(at(8200)));
}

TEST_F(AttentionTest, clickThatBringsItBack_beginsAndAnswersNothing_S14) {
    attention_.away();
    attention_.back(at(3000));
    EXPECT_FALSE(attention_.click(at(3001)));
    EXPECT_TRUE(attention_.click(at(3002)));
    attention_.away();
    EXPECT_FALSE(attention_.isThere(at(9000))) << "that click was for the time before";
}

TEST(AttentionBefore, nothingCountsUntilItIsOnTheScreen_S14) {
    Attention attention;
    EXPECT_FALSE(attention.key(Attention::Clock::now()));
    EXPECT_FALSE(attention.click(Attention::Clock::now()));
    EXPECT_FALSE(attention.isThere(Attention::Clock::now() + std::chrono::hours(1)));
}

}  // namespace
}  // namespace ukey::prompt
