#include "tokenlib/base/messages.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tokenlib/base/text.hpp"

namespace ukey {
namespace {

/// The {names} in a text.
std::multiset<std::string> placeholders(std::string_view text) {
    std::multiset<std::string> names;
    for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
        names.emplace(text.substr(open, text.find('}', open) - open));
    }
    return names;
}

TEST(Messages, everyErrorCode_hasTextAndHintInBothLanguages) {
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        const std::string name(toString(code));
        EXPECT_TRUE(hasMessage("error." + name)) << name;
        EXPECT_TRUE(hasMessage("hint." + name)) << name;
        EXPECT_NE(errorMessage(Language::chinese, code), errorMessage(Language::english, code)) << name;
        EXPECT_NE(errorHint(Language::chinese, code), errorHint(Language::english, code)) << name;
    }
}

TEST(Messages, everyScope_hasAText) {
    for (const char* scope : {"tokens", "certificates", "sign", "decrypt", "manage"}) {
        EXPECT_TRUE(hasMessage(std::string("scope.") + scope)) << scope;
    }
}

TEST(Messages, everyRow_hasBothLanguagesWithTheSamePlaceholders) {
    std::set<std::string_view> keys;
    for (const Message& row : allMessages()) {
        EXPECT_TRUE(keys.insert(row.key).second) << row.key << " is there twice";
        EXPECT_FALSE(row.chinese.empty()) << row.key;
        EXPECT_FALSE(row.english.empty()) << row.key;
        EXPECT_TRUE(isUtf8(row.chinese)) << row.key;
        EXPECT_EQ(placeholders(row.chinese), placeholders(row.english)) << row.key;
    }
}

TEST(Messages, placeholders_areFilledOnceAndFromTheRightValue) {
    EXPECT_EQ(message(Language::english, "dialog.token", {{"label", "{serial}"}, {"serial", "7"}}),
              "Ukey: {serial} (serial number 7)");
    EXPECT_EQ(message(Language::chinese, "dialog.tries-left", {{"count", "3"}}), "剩余尝试次数：3");
    EXPECT_EQ(message(Language::english, "dialog.site"), "Site: {value}");
}

TEST(Messages, unknownKey_showsItself) { EXPECT_EQ(message(Language::english, "no.such"), "no.such"); }

TEST(Messages, localesOfChina_areChinese_othersEnglish) {
    for (const char* locale : {"zh", "zh-CN", "zh_CN.UTF-8", "ZH-Hans", "zh.utf8"}) {
        EXPECT_EQ(languageFrom(locale), Language::chinese) << locale;
    }
    for (const char* locale : {"", "C", "en", "en-US", "zhx", "z", "de_DE.UTF-8"}) {
        EXPECT_EQ(languageFrom(locale), Language::english) << locale;
    }
}

}  // namespace
}  // namespace ukey
