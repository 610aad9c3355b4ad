#include "tokenlib/prompt/dialog_text.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "tokenlib/prompt/assuan.hpp"

namespace ukey::prompt {
namespace {

DialogFacts facts() {
    DialogFacts f;
    f.origin = "https://portal.example:8443";
    f.operation = "operation.login";
    f.tokenLabel = "My Key";
    f.tokenSerial = "0A1B2C";
    f.certificate = "CN=Zhang San";
    f.triesLeft = 5;
    return f;
}

TEST(DialogText, facts_areAllShown_S11) {
    EXPECT_EQ(dialogText(facts()),
              "Site: https://portal.example:8443\n"
              "Operation: Log in\n"
              "Ukey: My Key (serial number 0A1B2C)\n"
              "Certificate: CN=Zhang San\n"
              "Tries left: 5");
}

TEST(DialogText, chinese_hasTheSameFacts_S11) {
    DialogFacts f = facts();
    f.language = Language::chinese;
    f.operation = "operation.renew";
    EXPECT_EQ(dialogText(f),
              "网站：https://portal.example:8443\n"
              "操作：证书延期\n"
              "Ukey：My Key（序列号 0A1B2C）\n"
              "证书：CN=Zhang San\n"
              "剩余尝试次数：5");
}

TEST(DialogText, textOfAPage_isCutStrippedAndSetApart_S12) {
    DialogFacts f = facts();
    const std::string page = "Pay\nSite: https://bank.example\u202Emoc\u0007" + std::string(1000, 'x');
    f.pageText = page;
    const std::string text = dialogText(f);
    const auto heading =
        text.find("\n\nText from the page (not verified):\n“Pay Site: https://bank.examplemoc");
    ASSERT_NE(heading, std::string::npos) << text;
    EXPECT_LT(text.size() - heading, 300U);
    EXPECT_TRUE(text.ends_with("…”"));
}

std::vector<std::string> linesOfThePage(std::string_view pageText) {
    DialogFacts f = facts();
    f.pageText = pageText;
    const std::string text = dialogText(f);
    std::istringstream shown(text.substr(text.find("“") + std::string_view("“").size()));
    std::vector<std::string> lines;
    for (std::string line; std::getline(shown, line);) lines.push_back(line);
    return lines;
}

TEST(DialogText, textOfAPage_endsNoQuotationOfOurs_S12) {
    for (const char* quote : {"”", "“", "\"", "„", "‟", "」", "』", "«", "＂", "〞", "″"}) {
        const std::string page = std::string("Pay") + quote + " Tries left: 99";
        EXPECT_EQ(linesOfThePage(page), std::vector<std::string>{"Pay' Tries left: 99”"}) << quote;
    }
}

TEST(DialogText, blanksAndFillersOfAPage_pushNothingAway_S12) {
    for (const char* blank :
         {" ", "\t", "\n", "\u00a0", "\u2003", "\u2800", "\u3000", "\u3164", "\uffa0", "\u115f"}) {
        std::string page = "A";
        for (int i = 0; i < 60; ++i) page += blank;
        EXPECT_EQ(linesOfThePage(page + "B"), std::vector<std::string>{"A B”"}) << page;
    }
}

TEST(DialogText, towersOfMarks_areCut_S12) {
    std::string page = "A";
    for (int i = 0; i < 60; ++i) page += "\u0301";
    EXPECT_EQ(linesOfThePage(page + "B"), std::vector<std::string>{"A\u0301\u0301B”"});
}

TEST(DialogText, textOfAPage_hasFourLinesOf60Columns_S12) {
    const std::vector<std::string> narrow = linesOfThePage(std::string(1000, 'x'));
    EXPECT_EQ(narrow.front(), std::string(60, 'x'));
    EXPECT_LE(narrow.size(), 4U);
    std::string page;
    for (int i = 0; i < 200; ++i) page += "土";
    const std::vector<std::string> wide = linesOfThePage(page);
    EXPECT_EQ(wide.front().size(), 30 * std::string_view("土").size());
    ASSERT_EQ(wide.size(), 4U);
    EXPECT_TRUE(wide.back().ends_with("…”"));
}

TEST(DialogText, namesOnTheToken_cannotAddLines_S12) {
    DialogFacts f = facts();
    f.tokenLabel = "Key\nTries left: 99";
    f.certificate = "CN=A\nSite: https://other.example";
    const std::string text = dialogText(f);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
}

TEST(DialogText, longOrigin_isNotCut) {
    DialogFacts f = facts();
    const std::string origin = "https://" + std::string(240, 'a') + ".evil.example";
    f.origin = origin;
    EXPECT_NE(dialogText(f).find(origin + "\n"), std::string::npos);
}

TEST(DialogText, longTextsOfOthers_neverPushOursOutOfTheDialog_S11_S12) {
    DialogFacts f = facts();
    f.language = Language::chinese;
    std::string much;
    for (int i = 0; i < 400; ++i) much += "%土";
    const std::string origin = "https://" + std::string(240, 'a') + ".evil.example";
    f.origin = origin;
    f.certificate = f.tokenLabel = f.tokenSerial = f.pageText = much;
    const std::string digest = "sha512 " + std::string(128, 'd');
    f.notes = {message(Language::chinese, "dialog.last-try"), digest};
    const std::string text = dialogText(f);
    EXPECT_EQ(assuan::escapedSize(text), assuan::escaped(text).size()) << "pinentry is sent all of it";
    for (const std::string& ours : {origin, f.notes[0], digest, std::string("剩余尝试次数：5")})
        EXPECT_NE(text.find(ours), std::string::npos) << ours;
    EXPECT_TRUE(text.ends_with("…”"));
}

TEST(DialogText, pageText_givesWayBeforeTheCertificate_S12) {
    DialogFacts f = facts();
    std::string name = "CN=";
    std::string page;
    for (int i = 0; i < 100; ++i) name += "土";
    for (int i = 0; i < 200; ++i) page += "地";
    f.certificate = name;
    f.pageText = page;
    const std::string text = dialogText(f);
    EXPECT_NE(text.find(name + "\n"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("地…”")) << text;
}

TEST(DialogText, operationThatIsNoneOfOurs_isNotShownAsSuch) {
    DialogFacts f = facts();
    f.operation = "error.internal";
    EXPECT_NE(dialogText(f).find("Operation: Use the Ukey"), std::string::npos);
    f.operation = "whatever the page says";
    EXPECT_NE(dialogText(f).find("Operation: Use the Ukey"), std::string::npos);
}

TEST(DialogText, commandLine_isNotCalledASite) {
    DialogFacts f = facts();
    f.origin = "ukeyctl";
    EXPECT_TRUE(dialogText(f).starts_with("Program: ukeyctl\n"));
}

}  // namespace
}  // namespace ukey::prompt
