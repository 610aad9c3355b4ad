#include "tokenlib/base/error.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tokenlib/base/messages.hpp"

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

TEST(ErrorReason, everyReason_hasANameAndASentenceOfItsOwn) {
    std::set<std::string> seen;
    for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
        const Error error = Error(ErrorCode::certificateMismatch, "").withReason(static_cast<Reason>(i));
        for (const Language language : {Language::chinese, Language::english}) {
            EXPECT_TRUE(seen.insert(errorMessage(language, error)).second) << i;
        }
        EXPECT_TRUE(seen.insert(std::string(error.reason())).second) << i;
    }
    EXPECT_FALSE(seen.contains(errorMessage(Language::english, ErrorCode::certificateMismatch)));
}

}  // namespace
}  // namespace ukey
