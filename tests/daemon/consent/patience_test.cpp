#include "daemon/consent/patience.hpp"

#include <gtest/gtest.h>

namespace ukey::consent {
namespace {

using std::chrono::minutes;
const Patience::Clock::time_point kNow = Patience::Clock::time_point() + std::chrono::hours(10);

TEST(Patience, threeRefusals_areFollowedByAPauseThatGrows_S20) {
    Patience patience;
    auto now = kNow;
    for (int i = 0; i < 2; ++i) patience.refused("a.example", now);
    EXPECT_TRUE(patience.mayAsk("a.example", now));
    minutes before{0};
    for (int i = 0; i < 5; ++i) {
        patience.refused("a.example", now);
        minutes pause{0};
        while (!patience.mayAsk("a.example", now + pause)) ++pause;
        EXPECT_GT(pause, before);
        before = pause;
        now += pause;
    }
    EXPECT_TRUE(patience.mayAsk("b.example", now)) << "another site";
}

TEST(Patience, pause_hasAnEnd_S20) {
    Patience patience;
    for (int i = 0; i < 1000; ++i) patience.refused("a.example", kNow);
    EXPECT_FALSE(patience.mayAsk("a.example", kNow + minutes(59)));
    EXPECT_TRUE(patience.mayAsk("a.example", kNow + minutes(65)));
}

TEST(Patience, answer_clearsWhatWas_S20) {
    Patience patience;
    for (int i = 0; i < 2; ++i) patience.refused("a.example", kNow);
    patience.answered("a.example");
    for (int i = 0; i < 2; ++i) patience.refused("a.example", kNow);
    EXPECT_TRUE(patience.mayAsk("a.example", kNow));
}

TEST(Patience, pageThatIsReloaded_isForgivenForLonger_S20) {
    Patience patience;
    for (int i = 0; i < 9; ++i) patience.withdrawn("a.example", kNow);
    EXPECT_TRUE(patience.mayAsk("a.example", kNow));
    patience.withdrawn("a.example", kNow);
    EXPECT_FALSE(patience.mayAsk("a.example", kNow));
}

}  // namespace
}  // namespace ukey::consent
