#include "tokenlib/pipe/cbor.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tokenlib/base/error.hpp"

namespace ukey::pipe {
namespace {

Bytes hex(std::string_view text) { return fromHex(text).value(); }

void expectRefused(std::string_view octets, const std::function<void(CborReader&)>& read) {
    const Bytes bytes = hex(octets);
    CborReader reader(bytes);
    try {
        read(reader);
        FAIL() << octets << " was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::driverError) << octets;
    }
}

// Encodings of RFC 8949, appendix A.
TEST(Cbor, numbers_ofTheStandardsExamples_areWrittenAndReadTheSame) {
    const std::pair<std::uint64_t, const char*> examples[] = {
        {0, "00"},
        {23, "17"},
        {24, "1818"},
        {255, "18ff"},
        {256, "190100"},
        {1000, "1903e8"},
        {65536, "1a00010000"},
        {1000000, "1a000f4240"},
        {1000000000000, "1b000000e8d4a51000"},
        {18446744073709551615ULL, "1bffffffffffffffff"}};
    for (const auto& [value, octets] : examples) {
        Bytes out;
        CborWriter(out).number(value);
        EXPECT_EQ(toHex(out), octets);
        CborReader reader(out);
        EXPECT_EQ(reader.number(std::numeric_limits<std::uint64_t>::max()), value);
        reader.expectEnd();
    }
}

TEST(Cbor, strings_ofTheStandardsExamples_areWrittenAndReadTheSame) {
    Bytes out;
    CborWriter writer(out);
    writer.bytes(hex("01020304"));
    writer.text("水");
    writer.boolean(true);
    writer.array(2);
    EXPECT_EQ(toHex(out), "440102030463e6b0b4f582");
    CborReader reader(out);
    EXPECT_EQ(toHex(reader.bytes(4)), "01020304");
    EXPECT_EQ(reader.text(3), "水");
    EXPECT_TRUE(reader.boolean());
    EXPECT_EQ(reader.array(2), 2U);
    reader.expectEnd();
}

TEST(Cbor, itemOfAnotherKind_isRefused_S45) {
    expectRefused("6161", [](CborReader& r) { (void)r.bytes(10); });
    expectRefused("4161", [](CborReader& r) { (void)r.text(10); });
    expectRefused("20", [](CborReader& r) { (void)r.number(10); });
    expectRefused("a0", [](CborReader& r) { (void)r.array(10); });
    expectRefused("80", [](CborReader& r) { (void)r.map(10); });
    expectRefused("f6", [](CborReader& r) { (void)r.boolean(); });
    expectRefused("c000", [](CborReader& r) { (void)r.number(10); });
}

TEST(Cbor, lengthAboveTheLimitOrTheMessage_isRefused_S45) {
    expectRefused("43010203", [](CborReader& r) { (void)r.bytes(2); });
    expectRefused("4301", [](CborReader& r) { (void)r.bytes(10); });
    expectRefused("5bffffffffffffffff00", [](CborReader& r) { (void)r.bytes(std::size_t(-1)); });
    expectRefused("9a00ffffff", [](CborReader& r) { (void)r.array(1000); });
    expectRefused("190100", [](CborReader& r) { (void)r.number(255); });
    expectRefused("", [](CborReader& r) { (void)r.number(255); });
    expectRefused("19ff", [](CborReader& r) { (void)r.number(65535); });
}

TEST(Cbor, indefiniteReservedAndPaddedForms_areRefused_S45) {
    expectRefused("9fff", [](CborReader& r) { (void)r.array(10); });
    expectRefused("5f4100ff", [](CborReader& r) { (void)r.bytes(10); });
    expectRefused("1c", [](CborReader& r) { (void)r.number(100); });
    expectRefused("1800", [](CborReader& r) { (void)r.number(100); });
    expectRefused("190001", [](CborReader& r) { (void)r.number(100); });
    expectRefused("1a0000ffff", [](CborReader& r) { (void)r.number(100000); });
    expectRefused("1b00000000ffffffff", [](CborReader& r) { (void)r.number(std::uint64_t(-1)); });
}

TEST(Cbor, illFormedUtf8_isRefused) {
    expectRefused("62c328", [](CborReader& r) { (void)r.text(10); });
}

TEST(Cbor, takeText_otherText_leavesItInPlace) {
    const Bytes octets = hex("626964");
    CborReader reader(octets);
    EXPECT_FALSE(reader.takeText("ix"));
    EXPECT_FALSE(reader.takeText("i"));
    EXPECT_TRUE(reader.takeText("id"));
    EXPECT_FALSE(reader.takeText("id"));
}

TEST(Cbor, octetsAfterTheEnd_areRefused) {
    expectRefused("0000", [](CborReader& r) {
        (void)r.number(0);
        r.expectEnd();
    });
}

}  // namespace
}  // namespace ukey::pipe
