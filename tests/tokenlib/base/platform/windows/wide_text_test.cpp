#include "tokenlib/base/platform/windows/wide_text.hpp"

#include <gtest/gtest.h>

namespace ukey::platform {
namespace {

TEST(WideText, chineseAndWhatLiesBeyondTheBasicPlane_comeBackAsTheyWent) {
    for (const std::string text : {"", "ukey", "竞买人：张三", "𠮷野家", "a\u00e9\u4e2d\U0001F511"}) {
        EXPECT_EQ(toUtf8(toWide(text)), text);
    }
    EXPECT_EQ(toWide("𠮷").size(), 2U);
}

TEST(WideText, octetsThatAreNoUtf8_andHalfASurrogate_becomeTheReplacementCharacter) {
    EXPECT_EQ(toUtf8(toWide("a\xff")), "a\uFFFD");
    EXPECT_EQ(toUtf8(std::wstring{L'a', wchar_t{0xD800}}), "a\uFFFD");
}

TEST(WideText, error_hasItsNumber) { EXPECT_NE(describeError(5).find("(5)"), std::string::npos); }

}  // namespace
}  // namespace ukey::platform
