#include "tokenlib/base/bytes.hpp"

#include <gtest/gtest.h>

namespace ukey {
namespace {

TEST(Base64, vectorsOfRfc4648_bothWays_agree) {
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, text] : vectors) {
        EXPECT_EQ(toBase64(asBytes(plain)), text);
        const auto decoded = fromBase64(text);
        ASSERT_TRUE(decoded.has_value()) << text;
        EXPECT_EQ(asText(*decoded), plain);
    }
}

TEST(Base64Url, highOctets_useTheUrlAlphabetWithoutPadding) {
    const Bytes bytes{0xfb, 0xff, 0xfe, 0x01};
    EXPECT_EQ(toBase64Url(bytes), "-__-AQ");
    EXPECT_EQ(fromBase64Url("-__-AQ"), bytes);
}

TEST(Base64Url, malformed_isRefused) {
    for (const std::string_view text : {"A", "AB=", "AA==", "A B", "+/8", "AB", "AAB", "AAAA\n"}) {
        EXPECT_FALSE(fromBase64Url(text).has_value()) << text;
    }
}

TEST(Hex, oddOrForeignDigits_areRefused) {
    EXPECT_EQ(toHex(Bytes{0x00, 0xaf}), "00af");
    EXPECT_EQ(fromHex("00AF"), (Bytes{0x00, 0xaf}));
    EXPECT_FALSE(fromHex("0").has_value());
    EXPECT_FALSE(fromHex("0g").has_value());
}

TEST(EqualInConstantTime, differentLengthOrOctet_isUnequal) {
    EXPECT_TRUE(equalInConstantTime(asBytes("abc"), asBytes("abc")));
    EXPECT_FALSE(equalInConstantTime(asBytes("abc"), asBytes("abd")));
    EXPECT_FALSE(equalInConstantTime(asBytes("abc"), asBytes("ab")));
}

}  // namespace
}  // namespace ukey
