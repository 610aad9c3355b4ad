#include "daemon/session/attempts.hpp"

#include <gtest/gtest.h>

namespace ukey::session {
namespace {

using namespace std::chrono_literals;

TEST(Attempts, failuresOfAnOrigin_areCountedWithinTheSpan_S18) {
    const Attempts::Clock::time_point start{};
    Attempts attempts(2, 1h);
    attempts.failed("a", start);
    EXPECT_TRUE(attempts.mayTry("a", start + 1min));
    attempts.failed("a", start + 30min);
    EXPECT_FALSE(attempts.mayTry("a", start + 59min));
    EXPECT_TRUE(attempts.mayTry("b", start + 59min));
    EXPECT_TRUE(attempts.mayTry("a", start + 60min));
    attempts.failed("a", start + 61min);
    EXPECT_FALSE(attempts.mayTry("a", start + 62min));
}

}  // namespace
}  // namespace ukey::session
