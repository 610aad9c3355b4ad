#include "tokenlib/prompt/overlooked.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tokenlib/prompt/sight.hpp"

namespace ukey::prompt {
namespace {

class OverlookedTest : public testing::Test {
  protected:
    static Overlooked::Clock::time_point at(int milli) {
        return Overlooked::Clock::time_point() + std::chrono::hours(1) + std::chrono::milliseconds(milli);
    }
    Overlooked overlooked_;
};

TEST_F(OverlookedTest, windowThatOpensAndGetsTheKeyboard_isNoNews) {
    overlooked_.away(at(0));
    EXPECT_EQ(overlooked_.news(at(0)), std::nullopt);
    EXPECT_EQ(overlooked_.due(), at(500));
    overlooked_.back();
    EXPECT_EQ(overlooked_.news(at(600)), std::nullopt);
    EXPECT_EQ(overlooked_.due(), std::nullopt);
}

TEST_F(OverlookedTest, windowThatDoesNotGetIt_isToldOnceAndWhenItIsBack) {
    overlooked_.away(at(0));
    overlooked_.away(at(400));  // Asked again: the time counts from the first.
    EXPECT_EQ(overlooked_.news(at(500)), true);
    EXPECT_EQ(overlooked_.news(at(900)), std::nullopt);
    EXPECT_EQ(overlooked_.due(), std::nullopt) << "nothing more to wait for";
    overlooked_.back();
    EXPECT_EQ(overlooked_.news(at(1000)), false);
    overlooked_.away(at(2000));
    EXPECT_EQ(overlooked_.news(at(2100)), std::nullopt);
    EXPECT_EQ(overlooked_.news(at(2500)), true);
}

class SightTest : public testing::Test {
  protected:
    std::vector<bool> told_;
    Sight sight_{[this](bool isOverlooked) { told_.push_back(isOverlooked); }};
};

TEST_F(SightTest, changesAlone_areTold) {
    sight_.overlooked(false);
    sight_.overlooked(true);
    sight_.overlooked(true);
    sight_.overlooked(false);
    sight_.over();
    EXPECT_THAT(told_, testing::ElementsAre(true, false));
}

TEST_F(SightTest, windowThatClosesUnseen_isNotToldOfAnyMore) {
    sight_.overlooked(true);
    sight_.over();
    sight_.overlooked(true);
    EXPECT_THAT(told_, testing::ElementsAre(true, false));
}

TEST_F(SightTest, windowThatGoesBackAndForth_isToldOfAFewTimesAndNeverLeftOverlooked) {
    for (int i = 0; i < 1000; ++i) {
        sight_.overlooked(true);
        sight_.overlooked(false);
    }
    EXPECT_LE(told_.size(), 16U);
    EXPECT_FALSE(told_.back());
}

}  // namespace
}  // namespace ukey::prompt
