// The audit log: its chain, its rotation, and that no change of it goes unseen (security.md 69).
#include "daemon/audit/audit_log.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::audit {
namespace {

const Bytes kKeyOfTheLog(32, 3);

class AuditLogFile : public testing::Test {
  protected:
    static Entry entry(const std::string& operation) {
        return {"https://a.example", operation, "SN1", "ab12", "cd34", "ok"};
    }
    void fill(int count, AuditLimits limits = {}) {
        AuditLog log(folder_.path(), kKeyOfTheLog, limits);
        for (int i = 1; i <= count; ++i) (void)log.write({entry("op" + std::to_string(i))});
    }
    Finding verify(AuditLimits limits = {}) {
        return AuditLog(folder_.path(), kKeyOfTheLog, limits).verify();
    }
    void execute(const std::string& sql) {
        sqlite::Database(AuditLog::fileIn(folder_.path()), 1000).execute(sql);
    }
    std::vector<Row> all(AuditLimits limits = {}) {
        std::vector<Row> rows;
        AuditLog(folder_.path(), kKeyOfTheLog, limits).forEach([&](const Row& row) { rows.push_back(row); });
        return rows;
    }
    std::vector<std::filesystem::path> archives() {
        std::vector<std::filesystem::path> files;
        for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
            if (file.path().extension() == ".jsonl") files.push_back(file.path());
        }
        std::sort(files.begin(), files.end());
        return files;
    }

    test::ScratchFolder folder_;
};

TEST_F(AuditLogFile, rows_areThereAgainAfterARestart_S69) {
    fill(3);
    const std::vector<Row> rows = all();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].number, 1);
    EXPECT_EQ(rows[2].number, 3);
    EXPECT_EQ(rows[1].entry, entry("op2"));
    EXPECT_EQ(rows[1].time.size(), std::string("2026-01-01T00:00:00.000Z").size());
    EXPECT_EQ(rows[1].hash.size(), 32U);
    EXPECT_TRUE(verify().intact);
    EXPECT_EQ(verify().rows, 3);
    EXPECT_EQ(AuditLog(folder_.path(), kKeyOfTheLog).newest(2).front().number, 2);
}

TEST_F(AuditLogFile, emptyLog_isIntact) {
    EXPECT_TRUE(verify().intact);
    EXPECT_EQ(verify().rows, 0);
}

#ifndef _WIN32  // There the folder's list of access says so.
TEST_F(AuditLogFile, file_isForItsOwnerAlone) {
    fill(1);
    const auto permissions = std::filesystem::status(AuditLog::fileIn(folder_.path())).permissions();
    EXPECT_EQ(permissions & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
              std::filesystem::perms::none);
}
#endif

TEST_F(AuditLogFile, anyChangedField_isFoundAtItsRow_S69) {
    fill(4);
    for (const std::string column :
         {"time", "origin", "operation", "token", "certificate", "digest", "outcome"}) {
        for (int number = 1; number <= 4; ++number) {
            const std::string row = " WHERE number = " + std::to_string(number);
            execute("UPDATE entries SET " + column + " = " + column + " || 'x'" + row);
            const Finding finding = verify();
            EXPECT_FALSE(finding.intact) << column << number;
            EXPECT_EQ(finding.firstBad, number) << column;
            execute("UPDATE entries SET " + column + " = substr(" + column + ", 1, length(" + column +
                    ") - 1)" + row);
            ASSERT_TRUE(verify().intact);
        }
    }
    execute("UPDATE entries SET hash = x'00' WHERE number = 4");
    EXPECT_EQ(verify().firstBad, 4);
}

TEST_F(AuditLogFile, textMovedFromOneFieldToTheNext_isFound_S69) {
    fill(1);
    execute("UPDATE entries SET token = 'SN1a', certificate = 'b12'");
    EXPECT_FALSE(verify().intact);
}

class DeletedRow : public AuditLogFile, public testing::WithParamInterface<int> {};

TEST_P(DeletedRow, isFound_S69) {
    fill(5);
    execute("DELETE FROM entries WHERE number = " + std::to_string(GetParam()));
    EXPECT_FALSE(verify().intact);
    EXPECT_EQ(verify().firstBad, GetParam());
}
INSTANTIATE_TEST_SUITE_P(FirstMiddleAndLast, DeletedRow, testing::Values(1, 3, 5));

TEST_F(AuditLogFile, rowsExchangedOrAdded_areFound_S69) {
    fill(3);
    execute(
        "UPDATE entries SET number = 99 WHERE number = 2;"
        "UPDATE entries SET number = 2 WHERE number = 3;"
        "UPDATE entries SET number = 3 WHERE number = 99;");
    EXPECT_EQ(verify().firstBad, 2);
    execute("INSERT INTO entries VALUES(4,'t','o','op','','','','ok',x'00')");
    EXPECT_FALSE(verify().intact);
}

TEST_F(AuditLogFile, everythingDeleted_isFound_S69) {
    fill(3);
    execute("DELETE FROM entries");
    EXPECT_FALSE(verify().intact);
}

TEST_F(AuditLogFile, twoPrograms_writeOneChain) {
    AuditLog one(folder_.path(), kKeyOfTheLog);
    AuditLog two(folder_.path(), kKeyOfTheLog);
    for (int i = 0; i < 5; ++i) {
        (void)one.write({entry("a"), entry("b")});
        (void)two.write({entry("c")});
    }
    EXPECT_EQ(verify().rows, 15);
    EXPECT_TRUE(verify().intact);
}

/// An archive has a tenth of the rows, one.
constexpr AuditLimits kSmall{.rows = 10, .archives = 4};

TEST_F(AuditLogFile, fullLog_isRotatedAndTheChainGoesOn_S69) {
    fill(15, kSmall);
    ASSERT_FALSE(archives().empty());
    const std::vector<Row> rows = all(kSmall);
    ASSERT_EQ(rows.size(), 15U);
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].number, static_cast<std::int64_t>(i + 1));
    EXPECT_TRUE(verify(kSmall).intact);
    EXPECT_EQ(verify(kSmall).rows, 15);
}

TEST_F(AuditLogFile, oldArchives_areDeletedAndTheRestIsIntact_S69) {
    fill(60, kSmall);
    EXPECT_EQ(archives().size(), kSmall.archives);
    EXPECT_TRUE(verify(kSmall).intact);
    EXPECT_GT(all(kSmall).front().number, 1);
}

TEST_F(AuditLogFile, changedArchive_isFound_S69) {
    fill(15, kSmall);
    const auto file = archives().back();
    std::ifstream in(file);
    std::string text(std::istreambuf_iterator<char>(in), {});
    const auto at = text.find("a.example");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, 9, "b.example");
    std::ofstream(file) << text;
    EXPECT_FALSE(verify(kSmall).intact);
}

TEST_F(AuditLogFile, archiveTakenAwayFromTheMiddle_isFound_S69) {
    fill(60, kSmall);
    std::filesystem::remove(archives().at(1));
    EXPECT_FALSE(verify(kSmall).intact);
}

TEST_F(AuditLogFile, oldestOrAllArchivesTakenAway_areMissed_S69) {
    fill(60, kSmall);
    ASSERT_TRUE(verify(kSmall).intact);
    const std::vector<std::filesystem::path> files = archives();
    const std::int64_t oldest = all(kSmall).front().number;
    std::filesystem::remove(files.front());
    EXPECT_FALSE(verify(kSmall).intact);
    EXPECT_EQ(verify(kSmall).firstBad, oldest);
    for (const auto& file : files) std::filesystem::remove(file);
    EXPECT_FALSE(verify(kSmall).intact);
    EXPECT_EQ(verify(kSmall).firstBad, oldest);
}

TEST_F(AuditLogFile, archiveOfARotationThatWasNotCommitted_countsForNothingAndIsWrittenAgain_S69) {
    fill(11, kSmall);
    ASSERT_TRUE(archives().empty());
    const auto leftover = folder_.path() / "audit-1-1.jsonl";
    std::ofstream(leftover) << "half a li";
    EXPECT_TRUE(verify(kSmall).intact);
    EXPECT_EQ(all(kSmall).size(), 11U);
    fill(1, kSmall);
    EXPECT_EQ(archives(), std::vector{leftover});
    EXPECT_TRUE(verify(kSmall).intact);
    EXPECT_EQ(all(kSmall).size(), 12U);
}

TEST_F(AuditLogFile, olderCopyPutBack_isFound_S69) {
    fill(2);
    const auto copy = folder_.path() / "copy";
    std::filesystem::copy_file(AuditLog::fileIn(folder_.path()), copy);
    fill(2);
    std::filesystem::rename(copy, AuditLog::fileIn(folder_.path()));
    EXPECT_FALSE(verify().intact);
    fill(2);
    EXPECT_FALSE(verify().intact) << "what is written afterwards hides nothing";
    EXPECT_EQ(verify().firstBad, 3);
}

TEST_F(AuditLogFile, fileThatWasTakenAway_isMissed_S69) {
    EXPECT_FALSE(AuditLog::isIn(folder_.path()));
    fill(3);
    std::filesystem::remove(AuditLog::fileIn(folder_.path()));
    EXPECT_TRUE(AuditLog::isIn(folder_.path()));
    EXPECT_FALSE(verify().intact);
    fill(3);
    EXPECT_FALSE(verify().intact);
}

TEST_F(AuditLogFile, chainMadeAnew_isFound_S69) {
    fill(3);
    const test::ScratchFolder elsewhere;
    for (const Bytes& key : {kKeyOfTheLog, Bytes(32, 4)}) {
        std::filesystem::remove(AuditLog::fileIn(elsewhere.path()));
        {
            AuditLog forged(elsewhere.path(), key);
            for (int i = 0; i < 5; ++i) (void)forged.write({entry("forged")});
        }
        std::filesystem::remove(AuditLog::fileIn(folder_.path()));
        std::filesystem::copy_file(AuditLog::fileIn(elsewhere.path()), AuditLog::fileIn(folder_.path()));
        EXPECT_FALSE(verify().intact);
    }
}

TEST_F(AuditLogFile, sealThatWasTakenAwayOrForged_isMissed_S69) {
    fill(3);
    const auto seal = folder_.path() / "audit-seal";
    std::string text = [&] {
        std::ifstream in(seal);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }();
    std::filesystem::remove(seal);
    EXPECT_FALSE(verify().intact);
    text.front() = '1';
    std::ofstream(seal) << text;
    EXPECT_FALSE(verify().intact);
    fill(1);
    EXPECT_EQ(verify().firstBad, 4) << "the row that says so";
}

/// The seal is written last: a program that ends right before has written its rows.
TEST_F(AuditLogFile, sealThatLagsBehind_isNoTampering_S69) {
    fill(3);
    const auto seal = folder_.path() / "audit-seal";
    const auto kept = folder_.path() / "kept-seal";
    std::filesystem::copy_file(seal, kept);
    fill(1);
    std::filesystem::rename(kept, seal);
    EXPECT_TRUE(verify().intact);
    fill(1);
    EXPECT_TRUE(verify().intact);
    EXPECT_EQ(verify().rows, 5);
}

TEST_F(AuditLogFile, logOfAnOlderProgram_isSetAside) {
    fill(3);
    execute("PRAGMA user_version = 0");
    std::filesystem::remove(folder_.path() / "audit-seal");
    fill(1);
    EXPECT_EQ(verify().rows, 1);
    EXPECT_TRUE(verify().intact);
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "audit.db.broken-1"));
}

TEST_F(AuditLogFile, fileFullOfZeros_isSetAsideAndMissed) {
    fill(3);
    std::ofstream(AuditLog::fileIn(folder_.path()), std::ios::binary | std::ios::trunc)
        << std::string(16384, '\0');
    fill(1);
    EXPECT_EQ(all().size(), 2U) << "the new row and the one that says so";
    EXPECT_FALSE(verify().intact);
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "audit.db.broken-1"));
}

TEST(AuditLine, hostileTexts_comeBackAsTheyWere) {
    const policy::KeyedHash key(kKeyOfTheLog);
    Chain chain(key, 1, {});
    const Row row = chain.append("t", {"https://\"x\"\n", "a\\b", "\xe6\x97\xa5", "", "</script>", "ok"});
    const std::string line = toJsonLine(row);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(fromJsonLine(line), row);
    EXPECT_THROW((void)fromJsonLine("{}"), Error);
    EXPECT_THROW((void)fromJsonLine("]"), Error);
}

}  // namespace
}  // namespace ukey::audit
