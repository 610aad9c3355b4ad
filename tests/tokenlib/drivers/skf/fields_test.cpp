#include "tokenlib/drivers/skf/fields.hpp"

#include <gtest/gtest.h>

#include "tokenlib/base/error.hpp"

namespace ukey::skf {
namespace {

std::vector<std::string> parsed(std::string_view list) { return parseNames(asBytes(list)); }

TEST(SkfNameList, endsAtItsEmptyNameOrItsLength) {
    using std::string_view_literals::operator""sv;
    using Names = std::vector<std::string>;
    EXPECT_EQ(parsed("a\0bc\0\0"sv), (Names{"a", "bc"}));
    EXPECT_EQ(parsed("a\0bc\0"sv), (Names{"a", "bc"}));
    EXPECT_EQ(parsed("a\0bc"sv), (Names{"a", "bc"}));
    EXPECT_EQ(parsed("a\0\0rubbish\0"sv), (Names{"a"}));
    EXPECT_EQ(parsed(""sv), Names{});
    EXPECT_EQ(parsed("\0"sv), Names{});
    EXPECT_EQ(parsed("\0\0"sv), Names{});
}

TEST(SkfNumber, placement_isSeenByTheZeros) {
    Bytes field(64);
    field[32] = 1;
    EXPECT_EQ(placedNumber(field, 32).placement, Placement::right);
    field[0] = 1;
    EXPECT_THROW(placedNumber(field, 32), Error);
    field[32] = 0;
    EXPECT_EQ(placedNumber(field, 32).placement, Placement::left);
    EXPECT_EQ(placedNumber(field, 32).value[0], 1);
    EXPECT_THROW(placedNumber(Bytes(64), 32), Error);
}

TEST(SkfNumber, exponent_standsAnywhereInItsField) {
    const Bytes expected{1, 0, 1};
    EXPECT_EQ(exponentOf(Bytes{0, 1, 0, 1}), expected);
    EXPECT_EQ(exponentOf(Bytes{1, 0, 1, 0}), expected);
    EXPECT_THROW(exponentOf(Bytes(4)), Error);
}

TEST(SkfCertificate, whatFollowsIt_isDropped) {
    EXPECT_EQ(certificateOf({0x30, 0x01, 0xAA, 0xFF, 0xFF}), (Bytes{0x30, 0x01, 0xAA}));
    EXPECT_EQ(certificateOf({0x30, 0x81, 0x01, 0xAA, 0}), (Bytes{0x30, 0x81, 0x01, 0xAA}));
    for (const Bytes& none :
         {Bytes{}, Bytes{0x30}, Bytes{0x31, 0x00}, Bytes{0x30, 0x02, 0x00}, Bytes{0x30, 0x80, 0, 0},
          Bytes{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, Bytes{0x30, 0x82, 0x01}}) {
        EXPECT_TRUE(certificateOf(none).empty()) << toHex(none);
    }
}

TEST(SkfName, notFitForJson_isShownAsHex) {
    EXPECT_EQ(shownName("SM2-2024"), "SM2-2024");
    EXPECT_EQ(shownName("证书"), "证书");
    EXPECT_EQ(shownName("\xD6\xA4\xCA\xE9"), "hex:d6a4cae9");
    EXPECT_EQ(shownName("a\nb"), "hex:610a62");
    EXPECT_EQ(shownName("hex:00"), "hex:6865783a3030");  // No two names look the same.
}

}  // namespace
}  // namespace ukey::skf
