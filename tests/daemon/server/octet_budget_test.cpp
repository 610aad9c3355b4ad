#include "daemon/server/octet_budget.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace ukey::server {
namespace {

class Octets : public testing::Test {
  protected:
    OctetBudget::Share open(const std::string& site) {
        return budget_.open(site, [this, site] { lost_.push_back(site); });
    }

    OctetBudget budget_{1000};
    std::vector<std::string> lost_;
};

TEST_F(Octets, siteThatHasMost_givesUpWhatItBeganFirst_S34) {
    auto first = open("greedy.example");
    auto second = open("greedy.example");
    auto honest = open("honest.example");
    EXPECT_TRUE(first.resize(400));
    EXPECT_TRUE(second.resize(400));
    EXPECT_TRUE(honest.resize(300));
    EXPECT_EQ(lost_, std::vector<std::string>{"greedy.example"});
    EXPECT_FALSE(first.resize(401)) << "it was taken away";
    EXPECT_TRUE(second.resize(401));
}

TEST_F(Octets, siteThatHasMost_getsNoMoreAtTheCostOfOthers_S34) {
    auto greedy = open("greedy.example");
    auto honest = open("honest.example");
    EXPECT_TRUE(honest.resize(200));
    EXPECT_TRUE(greedy.resize(800));
    EXPECT_FALSE(greedy.resize(801));
    EXPECT_TRUE(lost_.empty());
    EXPECT_TRUE(honest.resize(100)) << "less is always possible";
    EXPECT_TRUE(greedy.resize(900));
}

TEST_F(Octets, whatIsGivenBack_canBeTakenAgain) {
    {
        auto gone = open("a.example");
        EXPECT_TRUE(gone.resize(1000));
    }
    auto next = open("b.example");
    EXPECT_TRUE(next.resize(1000));
    EXPECT_TRUE(lost_.empty());
}

TEST_F(Octets, completeMessages_areNotTakenAwayAndAreAQuarterOfAllAtMost_S34) {
    auto complete = open("a.example");
    EXPECT_TRUE(complete.resize(200));
    EXPECT_TRUE(complete.keep());
    auto more = open("a.example");
    EXPECT_TRUE(more.resize(100));
    EXPECT_FALSE(more.keep());
    auto other = open("b.example");
    EXPECT_TRUE(other.resize(100));
    EXPECT_TRUE(other.keep());
    auto large = open("c.example");
    EXPECT_TRUE(large.resize(600));
    EXPECT_FALSE(large.resize(750));
    EXPECT_TRUE(lost_.empty());
}

TEST_F(Octets, siteThatLeavesMessagesUnfinished_waitsAndNoOtherDoes_S34) {
    using std::chrono::seconds;
    constexpr std::size_t kMessage = 8UL * 1024UL * 1024UL;
    const OctetBudget::Clock::time_point now{};
    const auto pause = [&](const char* site, seconds later) { return budget_.pauseOf(site, now + later); };
    for (int i = 0; i < 2; ++i) budget_.wasted("greedy.example", kMessage, now);
    EXPECT_EQ(pause("greedy.example", seconds(0)), seconds(0)) << "a page may be reloaded";
    budget_.wasted("greedy.example", kMessage, now);
    EXPECT_EQ(pause("greedy.example", seconds(0)), seconds(2));
    EXPECT_EQ(pause("greedy.example", seconds(1)), seconds(1));
    EXPECT_EQ(pause("greedy.example", seconds(2)), seconds(0));
    EXPECT_EQ(pause("honest.example", seconds(0)), seconds(0));
    for (int i = 0; i < 1000; ++i) budget_.wasted("greedy.example", kMessage, now);
    EXPECT_EQ(pause("greedy.example", seconds(0)), seconds(20)) << "it has an end";
    EXPECT_EQ(pause("greedy.example", seconds(60)), seconds(0));
}

}  // namespace
}  // namespace ukey::server
