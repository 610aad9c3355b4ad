#include <gtest/gtest.h>
#include <iconv.h>

#include <string>
#include <string_view>

#include "tokenlib/base/text.hpp"

namespace ukey {
namespace {

std::string decoded(std::string_view octets) { return decodeText(asBytes(octets)); }

/// The octets that a program on a Chinese or European system writes.
std::string inEncoding(const char* encoding, std::string_view utf8) {
    const iconv_t converter = iconv_open(encoding, "UTF-8");
    std::string in(utf8);
    std::string out(utf8.size() * 4, '\0');
    char* from = in.data();
    char* to = out.data();
    std::size_t fromLeft = in.size();
    std::size_t toLeft = out.size();
    EXPECT_EQ(iconv(converter, &from, &fromLeft, &to, &toLeft), 0U) << utf8;
    iconv_close(converter);
    out.resize(out.size() - toLeft);
    return out;
}

TEST(DecodeText, chineseInAnyEncoding_isTheSameText) {
    for (const std::string_view text : {"浙江示范交易有限公司", "张三", "王", "朱镕基", "陈喆", "张A", "A张",
                                        "Ukey 助手", "中文（测试）ABC 123", "鑫", "李堃 Ltd", "繁體中文",
                                        "上海№1", "一", "小", "㐂", "应用一", "加密容器2"}) {
        EXPECT_EQ(decoded(text), text);
        EXPECT_EQ(decoded(inEncoding("GB18030", text)), text);
    }
}

TEST(DecodeText, gbkThatIsAlsoUtf8_isChineseNotHebrewOrArabic) {
    // Each of these is well-formed UTF-8 by accident.
    for (const std::string_view text : {"茅台", "小", "注", "摹", "一", "支", "证", "签"}) {
        const std::string octets = inEncoding("GBK", text);
        EXPECT_TRUE(isUtf8(octets)) << text;
        EXPECT_EQ(decoded(octets), text);
    }
    EXPECT_EQ(decoded("\xD7\xA2\xB2\xE1"), "注册");
    EXPECT_EQ(decoded("\xD7\xA2"), "注") << "as UTF-8 a Hebrew letter";
    EXPECT_EQ(decoded("\xD8\xA4"), "丐") << "as UTF-8 an Arabic letter";
}

TEST(DecodeText, europeanNames_stayWhatTheyAre) {
    for (const std::string_view text :
         {"Müller", "Société Générale", "Straße 5", "Ångström", "Señor Ñandú", "KÖLN", "Fundação", "FUNDAÇÃO",
          "Crème brûlée", "© 2020 Foo", "Foo® Bar", "N° 5", "naïve", "Zoë", "Éric"}) {
        EXPECT_EQ(decoded(text), text);
        EXPECT_EQ(decoded(inEncoding("ISO-8859-1", text)), text);
    }
    EXPECT_EQ(decoded("Žižek"), "Žižek");
    EXPECT_EQ(decoded("Škoda AUTO"), "Škoda AUTO");
}

TEST(DecodeText, otherScriptsInUtf8_areLeft) {
    for (const std::string_view text : {"Иванов", "שלום", "محمد", "日本語テキスト", "Ωμέγα"}) {
        EXPECT_EQ(decoded(text), text);
    }
}

TEST(DecodeText, fieldThatCutsACharacter_losesThatCharacterOnly) {
    const std::string utf8 = "浙江示范";
    const std::string gbk = inEncoding("GBK", utf8);
    EXPECT_EQ(decoded(std::string_view(utf8).substr(0, 11)), "浙江示");
    EXPECT_EQ(decoded(std::string_view(utf8).substr(0, 10)), "浙江示");
    EXPECT_EQ(decoded(std::string_view(gbk).substr(0, 7)), "浙江示");
}

TEST(DecodeText, anything_becomesUtf8) {
    EXPECT_EQ(decoded(""), "");
    EXPECT_EQ(decoded("plain"), "plain");
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string octets{static_cast<char>(first), static_cast<char>(second)};
            EXPECT_TRUE(isUtf8(decoded(octets))) << first << " " << second;
        }
    }
}

}  // namespace
}  // namespace ukey
