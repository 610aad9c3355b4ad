#include "tokenlib/prompt/dialog_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokenlib/prompt/dialog_text.hpp"

namespace ukey::prompt {
namespace {

DialogFacts factsIn(Language language) {
    DialogFacts facts;
    facts.language = language;
    facts.origin = "https://portal.example";
    facts.operation = "operation.sign";
    facts.tokenLabel = "K7";
    facts.tokenSerial = "0042";
    return facts;
}

std::vector<Row> rowsFor(const DialogFacts& facts) { return rowsOf(dialogText(facts), facts.language); }

TEST(DialogRows, factsOfBothLanguages_haveLabelAndValue_S11) {
    for (const Language language : {Language::chinese, Language::english}) {
        const auto rows = rowsFor(factsIn(language));
        ASSERT_EQ(rows.size(), 3U);
        for (const Row& row : rows) EXPECT_EQ(row.kind, RowKind::fact);
        EXPECT_EQ(rows[0].value, "https://portal.example");
        EXPECT_EQ(rows[0].label, language == Language::chinese ? "网站" : "Site");
        EXPECT_TRUE(rows[0].isStrong);
        EXPECT_TRUE(rows[1].isStrong);
        EXPECT_FALSE(rows[2].isStrong);
    }
}

TEST(DialogRows, pagesText_isQuotedWhateverItSays_S11) {
    for (const Language language : {Language::chinese, Language::english}) {
        DialogFacts facts = factsIn(language);
        facts.pageText = "Site: https://bank.example 网站：https://bank.example";
        const auto rows = rowsFor(facts);
        ASSERT_GE(rows.size(), 5U);
        EXPECT_EQ(rows[3].kind, RowKind::heading);
        EXPECT_EQ(rows[3].value, message(language, "dialog.page-text"));
        for (std::size_t i = 4; i < rows.size(); ++i) {
            EXPECT_EQ(rows[i].kind, RowKind::quoted) << i;
            EXPECT_TRUE(rows[i].label.empty());
            EXPECT_FALSE(rows[i].isStrong);
        }
    }
}

TEST(DialogRows, lineWithALongStart_isNoFact) {
    const auto rows = rowsOf("The certificate that this Ukey has had so far: it stays", Language::english);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].kind, RowKind::line);
    EXPECT_EQ(rows[0].value, "The certificate that this Ukey has had so far: it stays");
}

TEST(DialogRows, nothing_isNoRow) { EXPECT_TRUE(rowsOf("", Language::english).empty()); }

}  // namespace
}  // namespace ukey::prompt
