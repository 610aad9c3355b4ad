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

}  // namespace
}  // namespace ukey::session
