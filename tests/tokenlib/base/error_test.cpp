#include "tokenlib/base/error.hpp"

#include <gtest/gtest.h>

namespace ukey {
namespace {

TEST(ErrorCode, everyCode_nameReadBack_isItself) {
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        EXPECT_EQ(errorCodeFrom(toString(code)), code);
    }
}

TEST(ErrorCode, unknownName_isNothing) { EXPECT_FALSE(errorCodeFrom("no-such-code").has_value()); }

TEST(ErrorCode, wrongPin_mayBeTriedAgain_lockedPinMayNot) {
    EXPECT_TRUE(isRetryable(ErrorCode::pinIncorrect));
    EXPECT_FALSE(isRetryable(ErrorCode::pinLocked));
}

}  // namespace
}  // namespace ukey
