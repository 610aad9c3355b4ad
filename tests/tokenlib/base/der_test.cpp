#include "tokenlib/base/der.hpp"

#include <gtest/gtest.h>
#include <openssl/objects.h>

#include "tokenlib/base/error.hpp"

namespace ukey::der {
namespace {

TEST(Oid, textAndOctets_areOpenSsls) {
    for (const char* text : {"1.2.156.10197.1.501", "2.5.4.3", "2.999.3", "0.9.2342.19200300.100.1.25",
                             "1.2.840.113549.1.1.11", "2.16.840.1.101.3.4.2.1", "1.39.127.128"}) {
        ASN1_OBJECT* object = OBJ_txt2obj(text, 1);
        ASSERT_NE(object, nullptr);
        const Bytes content(OBJ_get0_data(object), OBJ_get0_data(object) + OBJ_length(object));
        ASN1_OBJECT_free(object);
        EXPECT_EQ(oid(text), tlv(kOid, content)) << text;
        EXPECT_EQ(oidText(content), text);
    }
    EXPECT_EQ(oidText({}), std::nullopt);
    EXPECT_EQ(oidText(Bytes{0x2A, 0x80, 0x01}), std::nullopt);
    EXPECT_EQ(oidText(Bytes{0x2A, 0x86}), std::nullopt);
    EXPECT_EQ(oidText(Bytes(65, 1)), std::nullopt);
    EXPECT_EQ(oidText(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}), std::nullopt);
}

TEST(Reader, lengthsThatAreNotMinimalOrLie_areRefused) {
    for (const char* text : {"", "04", "0401", "048101ff", "04820001ff", "0480ff0000", "0485000000000100",
                             "04847fffffff00", "1f0100", "04820100"}) {
        const Bytes input = *fromHex(text);
        EXPECT_THROW(Reader(input, "test").next(), Error) << text;
    }
    const Bytes good = *fromHex("0401ff");
    EXPECT_EQ(toHex(Reader(good, "test").octetString()), "ff");
}

TEST(Reader, integers_areMinimalAndNotNegative) {
    const auto read = [](const char* text) {
        const Bytes input = *fromHex(text);
        return toHex(Reader(input, "test").unsignedInteger());
    };
    EXPECT_EQ(read("020100"), "");
    EXPECT_EQ(read("02020080"), "80");
    EXPECT_EQ(read("02017f"), "7f");
    EXPECT_THROW(read("0200"), Error);
    EXPECT_THROW(read("020180"), Error);
    EXPECT_THROW(read("0202007f"), Error);
    const Bytes large = *fromHex("02050100000000");
    EXPECT_THROW(Reader(large, "test").smallInteger(), Error);
    EXPECT_EQ(integer(std::uint32_t{0}), *fromHex("020100"));
    EXPECT_EQ(integer(std::uint32_t{255}), *fromHex("020200ff"));
    EXPECT_EQ(integer(std::uint32_t{0x80000000}), *fromHex("02050080000000"));
}

TEST(Reader, contentBehindTheEnd_isNoticed) {
    const Bytes input = *fromHex("300302010105");
    Reader reader(input, "test");
    reader.sequence();
    EXPECT_THROW(reader.end(), Error);
    EXPECT_THROW(reader.next(), Error);
}

TEST(FromBer, indefiniteLengthsAndPieces_becomeDer) {
    // SEQUENCE { OCTET STRING in pieces, INTEGER with a long length, SET } with indefinite lengths.
    const Bytes ber = *fromHex("30802480040201020401030000028103010001318000000000");
    EXPECT_EQ(toHex(fromBer(ber, "test")), "300c040301020302030100013100");
    const Bytes der = *fromHex("300302010a");
    EXPECT_EQ(fromBer(der, "test"), der);
    EXPECT_EQ(firstFromBer(*fromHex("300302010affff"), "test"), der);
}

TEST(FromBer, thatNeverEndsOrNestsTooDeep_isRefused) {
    for (const char* text : {"3080", "308002010a", "0480ff0000", "300302010aff", "24030201ff", "30"}) {
        EXPECT_THROW(fromBer(*fromHex(text), "test"), Error) << text;
    }
    Bytes deep;
    for (int i = 0; i < 100'000; ++i) {
        deep.push_back(0x30);
        deep.push_back(0x80);
    }
    EXPECT_THROW(fromBer(deep, "test"), Error);
}

TEST(SetOf, elements_areInTheOrderOfTheirOctets) {
    EXPECT_EQ(toHex(setOf({*fromHex("020105"), *fromHex("020101"), *fromHex("0101ff")})),
              "31090101ff020101020105");
}

TEST(StringText, everyTypeOfString_isReadAsUtf8) {
    const auto text = [](std::uint8_t tag, const char* content) {
        const Bytes octets = *fromHex(content);
        return stringText({tag, octets, octets});
    };
    EXPECT_EQ(text(kBmpString, "6d596c5f"), "浙江");
    EXPECT_EQ(text(kBmpString, "d83dde00"), "\U0001F600");
    EXPECT_EQ(text(kUniversalString, "00006d590001f600"), "浙\U0001F600");
    EXPECT_EQ(text(kT61String, "e9"), "é");
    EXPECT_EQ(text(kUtf8String, "c3a96d"), "ém");
    EXPECT_EQ(text(kOctetString, "61"), std::nullopt);
}

TEST(StringText, octetsOfAnotherEncodingThanTheTypes_areStillTheText) {
    const Bytes gbk = *fromHex("d5e3bdad");
    for (const std::uint8_t tag : {kUtf8String, kPrintableString, kIa5String, kT61String, kVisibleString,
                                   kNumericString, kGeneralString, kGraphicString}) {
        EXPECT_EQ(stringText({tag, gbk, gbk}), "浙江") << int{tag};
        EXPECT_EQ(stringText({tag, asBytes("浙江"), {}}), "浙江") << int{tag};
    }
    const Bytes odd = *fromHex("55d5e3bdad");
    EXPECT_EQ(stringText({kBmpString, odd, odd}), "U浙江");
    const Bytes loneSurrogate = *fromHex("d8a4d83d");
    EXPECT_TRUE(stringText({kBmpString, loneSurrogate, loneSurrogate}));
}

TEST(Reader, integersOfFixedWidth_areUnsigned) {
    const auto read = [](const char* text) {
        const Bytes octets = *fromHex(text);
        Reader reader(octets, "test");
        return toHex(reader.fixedInteger());
    };
    EXPECT_EQ(read("0202ff01"), "ff01");
    EXPECT_EQ(read("020300ff01"), "ff01");
    EXPECT_EQ(read("020400000001"), "01");
    EXPECT_EQ(read("020100"), "");
    EXPECT_THROW(read("0200"), Error);
    EXPECT_THROW(read("0401ff"), Error);
}

TEST(Reader, bitStringsWithoutTheirTrailingZeros_keepWhatIsThere) {
    const auto read = [](const char* text) {
        const Bytes octets = *fromHex(text);
        Reader reader(octets, "test");
        return toHex(reader.shortenedBitString());
    };
    EXPECT_EQ(read("030300abcd"), "abcd");
    EXPECT_EQ(read("030304abcf"), "abc0") << "unused bits are nobody's";
    EXPECT_EQ(read("030100"), "");
    for (const char* wrong : {"0300", "030308abcd", "030101", "0402abcd"}) EXPECT_THROW(read(wrong), Error);
}

}  // namespace
}  // namespace ukey::der
