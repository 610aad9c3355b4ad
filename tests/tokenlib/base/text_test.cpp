#include "tokenlib/base/text.hpp"

#include <gtest/gtest.h>

namespace ukey {
namespace {

TEST(Printable, controlAndBidirectionalCharacters_areDropped_S12) {
    EXPECT_EQ(printable("a\nb\x1b[31m\u202Ec\u2066d\u200B", 50), "ab[31mcd");
}

TEST(Printable, chineseText_isCutByCharactersNotOctets_S12) {
    EXPECT_EQ(printable("土地使用权出让", 4), "土地使用…");
    EXPECT_EQ(printable("土地", 2), "土地");
}

TEST(Printable, illFormedUtf8_isReplaced) {
    EXPECT_EQ(printable("a\xff"
                        "b\xc3",
                        10),
              "a\uFFFDb\uFFFD");
}

TEST(IsUtf8, surrogatesOverlongAndTruncated_areRefused) {
    EXPECT_TRUE(isUtf8("土地 abc"));
    for (const std::string_view text : {"\xed\xa0\x80", "\xc0\x80", "\xe4\xb8", "\xf5\x80\x80\x80"}) {
        EXPECT_FALSE(isUtf8(text));
    }
}

TEST(FixedField, unterminatedOrPadded_isBoundedAndTrimmed) {
    EXPECT_EQ(fixedField(std::string_view("abc\0def", 7)), "abc");
    EXPECT_EQ(fixedField("  My Token      "), "My Token");
    EXPECT_EQ(fixedField(std::string_view("\0\0", 2)), "");
}

}  // namespace
}  // namespace ukey
