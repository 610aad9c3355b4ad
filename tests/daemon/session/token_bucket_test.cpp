#include "daemon/session/token_bucket.hpp"

#include <gtest/gtest.h>

namespace ukey::session {
namespace {

TEST(TokenBucket, burst_isGivenAtOnceAndNoMore) {
    const auto now = TokenBucket::Clock::now();
    TokenBucket bucket(10, 3, now);
    EXPECT_TRUE(bucket.take(now));
    EXPECT_TRUE(bucket.take(now));
    EXPECT_TRUE(bucket.take(now));
    EXPECT_FALSE(bucket.take(now));
    EXPECT_FALSE(bucket.isFull(now));
}

TEST(TokenBucket, rate_fillsItAgainUpToTheBurst) {
    const auto now = TokenBucket::Clock::now();
    TokenBucket bucket(10, 3, now);
    for (int i = 0; i < 3; ++i) bucket.take(now);
    EXPECT_FALSE(bucket.take(now + std::chrono::milliseconds(99)));
    EXPECT_TRUE(bucket.take(now + std::chrono::milliseconds(101)));
    EXPECT_TRUE(bucket.isFull(now + std::chrono::hours(1)));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(now + std::chrono::hours(1)));
    EXPECT_FALSE(bucket.take(now + std::chrono::hours(1)));
}

TEST(TokenBucket, whatIsTakenBeyondTheBurst_isOwedForItsTime) {
    const auto now = TokenBucket::Clock::now();
    TokenBucket bucket(10, 100, now);
    EXPECT_EQ(bucket.charge(100, now), std::chrono::seconds(0));
    EXPECT_EQ(bucket.charge(50, now), std::chrono::seconds(5));
    EXPECT_EQ(bucket.charge(10, now + std::chrono::seconds(5)), std::chrono::seconds(1));
    EXPECT_EQ(bucket.charge(10, now + std::chrono::seconds(60)), std::chrono::seconds(0));
}

}  // namespace
}  // namespace ukey::session
