#include "tokenlib/prompt/assuan.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tokenlib/base/text.hpp"

namespace ukey::prompt::assuan {
namespace {

TEST(Assuan, lines_areToldApart) {
    EXPECT_EQ(parseLine("OK").kind, LineKind::ok);
    EXPECT_EQ(parseLine("OK Pleased to meet you").rest, "Pleased to meet you");
    EXPECT_EQ(parseLine("D 1234").kind, LineKind::data);
    EXPECT_EQ(parseLine("D 1234").rest, "1234");
    EXPECT_EQ(parseLine("D  1").rest, " 1");
    EXPECT_EQ(parseLine("S PIN_REPEATED").rest, "PIN_REPEATED");
    EXPECT_EQ(parseLine("# comment").kind, LineKind::comment);
    EXPECT_EQ(parseLine("INQUIRE QUALITY x").kind, LineKind::inquire);
    EXPECT_EQ(parseLine("OK\r").kind, LineKind::ok);
    EXPECT_EQ(parseLine("OKAY").kind, LineKind::unknown);
    EXPECT_EQ(parseLine("").kind, LineKind::unknown);
    EXPECT_EQ(parseLine("DATA").kind, LineKind::unknown);
}

TEST(Assuan, errorLine_givesTheCodeWithoutItsSource) {
    EXPECT_EQ(parseLine("ERR 83886179 Operation cancelled <Pinentry>").errorCode, kCanceled);
    EXPECT_EQ(parseLine("ERR 83886142 Timeout <Pinentry>").errorCode, kTimeout);
    EXPECT_EQ(parseLine("ERR 83886194 Not confirmed").errorCode, kNotConfirmed);
    EXPECT_EQ(parseLine("ERR 536871187 Unknown IPC command").errorCode, kUnknownCommand);
    EXPECT_EQ(parseLine("ERR").kind, LineKind::unknown);
    EXPECT_EQ(parseLine("ERR x").kind, LineKind::unknown);
    EXPECT_EQ(parseLine("ERR 99999999999999").kind, LineKind::unknown);
}

TEST(Assuan, data_isUnescapedIntoTheSecret) {
    Secret secret(10);
    EXPECT_TRUE(appendData(secret, "12%25"));
    EXPECT_TRUE(appendData(secret, "%0A3%e6%b0%b4"));
    EXPECT_EQ(secret.text(), "12%\n3水");
}

TEST(Assuan, brokenEscapesAndTooMuchData_areRefused) {
    Secret secret(4);
    EXPECT_FALSE(appendData(secret, "%"));
    EXPECT_FALSE(appendData(secret, "%4"));
    EXPECT_FALSE(appendData(secret, "%zz"));
    secret.clear();
    EXPECT_TRUE(appendData(secret, "1234"));
    EXPECT_FALSE(appendData(secret, "5"));
}

TEST(Assuan, parameter_escapesControlsAndPercent) {
    EXPECT_EQ(escaped("a\nb%c\rd"), "a%0Ab%25c%0Dd");
    EXPECT_EQ(escaped("请输入"), "请输入");
}

TEST(Assuan, longParameter_isCutBetweenCharacters) {
    std::string text;
    for (int i = 0; i < 500; ++i) text += "水";
    const std::string cut = escaped(text);
    EXPECT_LT(cut.size(), kMaxLine - 50);
    EXPECT_GT(cut.size(), 800U);
    EXPECT_TRUE(isUtf8(cut));
}

TEST(Assuan, anyOctets_areParsedOrRefused_S32) {
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        std::string line(random() % 40, '\0');
        for (char& c : line) c = static_cast<char>(random());
        if (random() % 2 == 0) line.insert(0, "D ");
        const Line parsed = parseLine(line);
        Secret secret(16);
        if (parsed.kind == LineKind::data) (void)appendData(secret, parsed.rest);
        EXPECT_LE(secret.size(), 16U);
    }
}

}  // namespace
}  // namespace ukey::prompt::assuan
