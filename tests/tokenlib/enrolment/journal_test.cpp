#include "tokenlib/enrolment/journal.hpp"
#include "tokenlib/base/platform/private_files.hpp"

#include <gtest/gtest.h>

#include "token_bench.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::enrolment::test {
namespace {

Record sample(const std::string& id = "one", const std::string& serial = "S1") {
    Record record;
    record.id = id;
    record.origin = "https://portal.example";
    record.kind = Kind::change;
    record.token = {"soft", serial, {}};
    record.algorithm = token::KeyAlgorithm::rsa2048;
    record.keys = Keys::kept;
    record.reference = "订单 1";
    record.container = "new";
    record.oldContainer = "old";
    record.keepsHistory = true;
    record.displaced = "oldest";
    record.old = {{1, 2}, {3}};
    record.created = std::chrono::sys_seconds(std::chrono::seconds(1'790'000'000));
    return record;
}

ErrorCode codeOf(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

TEST(Journal, record_isReadAsItWasWritten_alsoByTheNextProcess) {
    const TemporaryFolder folder;
    Record record = sample();
    {
        Journal journal(folder.path());
        journal.add(record);
        record.signingKey = {4};
        record.csr = {5, 6};
        record.proof = {10};
        record.answer = {{7}, {}};
        record.answerDigest = {8};
        record.sealedPair = token::EnvelopedSm2Key{0x401, {9}, {10}, {{11}, {12}, {13}, {14}}};
        journal.advance(record, Step::waiting);
    }
    Journal journal(folder.path());
    const auto read = journal.find("one");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->origin, record.origin);
    EXPECT_EQ(read->kind, Kind::change);
    EXPECT_EQ(read->token, record.token);
    EXPECT_EQ(read->algorithm, record.algorithm);
    EXPECT_EQ(read->keys, Keys::kept);
    EXPECT_EQ(read->reference, record.reference);
    EXPECT_EQ(read->container, "new");
    EXPECT_EQ(read->oldContainer, "old");
    EXPECT_TRUE(read->keepsHistory);
    EXPECT_EQ(read->displaced, "oldest");
    EXPECT_EQ(read->old, record.old);
    EXPECT_EQ(read->step, Step::waiting);
    EXPECT_EQ(read->signingKey, record.signingKey);
    EXPECT_EQ(read->csr, record.csr);
    EXPECT_EQ(read->proof, record.proof);
    EXPECT_EQ(read->answer, record.answer);
    EXPECT_EQ(read->answerDigest, record.answerDigest);
    EXPECT_EQ(read->sealedPair, record.sealedPair);
    EXPECT_EQ(read->created, record.created);
}

/// A token and a journal as the program before version 1 of the journal left them, with the RA's answer: it
/// was accepted, and the token pulled before the encryption pair came in.
class JournalBeforeVersion1 : public testing::TestWithParam<const char*> {
  protected:
    JournalBeforeVersion1() {
        copyFolder(fs::path(UKEY_JOURNALS) / "before-1" / GetParam(), folder_.path() / "old");
        make_ = softToken(token());
    }
    fs::path token() const { return folder_.path() / "old/token"; }
    fs::path state() const { return folder_.path() / "old/state"; }

    TemporaryFolder folder_;
    std::unique_ptr<Make> make_;
};

TEST_P(JournalBeforeVersion1, itsEnrolment_isFinished) {
    TokenBench bench(*make_, state());
    const auto records = bench.journal().all();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].step, Step::accepted);
    ASSERT_TRUE(records[0].sealedPair);
    const Record done = bench.complete(records[0].id, loadAnswer(folder_.path() / "old/answer.json"));
    EXPECT_EQ(bench.faultOf(done.container), "");
    EXPECT_FALSE(done.answer.encrypt.empty());
    EXPECT_TRUE(bench.journal().all().empty());
}

TEST_P(JournalBeforeVersion1, itsEnrolment_isRolledBack) {
    TokenBench bench(*make_, state());
    bench.rollBack(bench.journal().all().at(0).id);
    EXPECT_TRUE(bench.containers().empty());
    EXPECT_TRUE(bench.journal().all().empty());
}

TEST_P(JournalBeforeVersion1, enrolmentOfAnOlderVersion_goesOn) {
    {
        sqlite::Database older(Journal::fileIn(state()));
        older.execute("ALTER TABLE enrolment DROP COLUMN proof");
    }
    Journal journal(state());
    Record record = journal.all().at(0);
    EXPECT_TRUE(record.proof.empty());
    record.proof = {1};
    journal.advance(record, Step::imported);
    EXPECT_EQ(journal.find(record.id)->proof, record.proof);
}

TEST_P(JournalBeforeVersion1, tokenWithoutASerialNumber_isFoundAgain) {
    {
        sqlite::Database older(Journal::fileIn(state()));
        older.execute(
            "UPDATE enrolment SET serial = 'id:slot 7';"
            "INSERT INTO history VALUES (1, 'driver', 'id:slot 7', 'old')");
    }
    Journal journal(state());
    token::TokenInfo info;
    info.id = "slot 7";
    const token::Identity identity = token::Identities().of("driver", info);
    EXPECT_TRUE(journal.ofToken(identity));
    EXPECT_EQ(journal.history(identity), std::vector<std::string>{"old"});
}

INSTANTIATE_TEST_SUITE_P(Keys, JournalBeforeVersion1, testing::Values("sm2", "rsa2048"));

TEST(Journal, ofANewerVersion_isLeftAlone) {
    const TemporaryFolder folder;
    {
        Journal(folder.path()).add(sample());
        sqlite::Database newer(Journal::fileIn(folder.path()));
        newer.execute("PRAGMA user_version = 99");
    }
    EXPECT_THROW(Journal{folder.path()}, Error);
}

TEST(Journal, twins_haveARowEach) {
    const TemporaryFolder folder;
    Journal journal(folder.path());
    Record twin = sample("two");
    twin.token.id = "slot 2";
    twin.container = "twin's";
    journal.add(sample("one"));
    journal.add(twin);
    EXPECT_EQ(journal.ofToken(twin.token)->container, "twin's");
    EXPECT_EQ(journal.ofToken(sample().token)->container, "new");
}

TEST(Journal, secondEnrolmentOfAToken_isAConflict) {
    const TemporaryFolder folder;
    Journal journal(folder.path());
    journal.add(sample("one"));
    EXPECT_EQ(codeOf([&] { journal.add(sample("two")); }), ErrorCode::enrolmentConflict);
    journal.add(sample("three", "S2"));
    EXPECT_EQ(journal.all().size(), 2U);
}

TEST(Journal, recordThatWentAnotherWay_isNotOverwritten) {
    const TemporaryFolder folder;
    Journal journal(folder.path());
    Record mine = sample();
    journal.add(mine);
    Record others = mine;
    journal.advance(others, Step::rollingBack);
    EXPECT_EQ(codeOf([&] { journal.advance(mine, Step::keyed); }), ErrorCode::enrolmentConflict);
    EXPECT_EQ(journal.find("one")->step, Step::rollingBack);
}

TEST(Journal, retiredContainers_areRememberedInTheirOrder) {
    const TemporaryFolder folder;
    Journal journal(folder.path());
    for (const char* name : {"b", "a"}) {
        Record record = sample();
        record.oldContainer = name;
        journal.add(record);
        journal.retire(record);
    }
    EXPECT_TRUE(journal.all().empty());
    EXPECT_EQ(journal.history({"soft", "S1", ""}), (std::vector<std::string>{"b", "a"}));
    EXPECT_TRUE(journal.history({"soft", "S2", ""}).empty());
    journal.forgetHistory({"soft", "S1", ""}, "b");
    EXPECT_EQ(journal.history({"soft", "S1", ""}), std::vector<std::string>{"a"});
}

TEST(Journal, certificatesOfKeptKeys_areRememberedWithTheirContainer) {
    const TemporaryFolder folder;
    Journal journal(folder.path());
    for (const Bytes& der : {Bytes{3}, Bytes{4}, Bytes{3}}) {
        Record record = sample();
        record.old = {{}, der};
        journal.add(record);
        journal.supersede(record);
    }
    EXPECT_TRUE(journal.all().empty());
    const auto former = journal.formerCertificates(sample().token);
    ASSERT_EQ(former.size(), 2U);
    EXPECT_EQ(former[0].container, "new");
    EXPECT_EQ(former[0].der, Bytes{3});
    EXPECT_EQ(former[1].der, Bytes{4});
    EXPECT_TRUE(journal.formerCertificates({"soft", "S2", ""}).empty());
    journal.forgetHistory(sample().token, "new");
    EXPECT_TRUE(journal.formerCertificates(sample().token).empty());
}

TEST(Journal, ofVersion1_goesOnWithWhatItHas) {
    const TemporaryFolder folder;
    {
        Journal(folder.path()).add(sample());
        sqlite::Database older(Journal::fileIn(folder.path()));
        older.execute("DROP TABLE former_certificate; PRAGMA user_version = 1");
    }
    Journal journal(folder.path());
    const auto record = journal.find("one");
    ASSERT_TRUE(record);
    journal.supersede(*record);
    EXPECT_EQ(journal.formerCertificates(record->token).size(), 2U);
}

TEST(Journal, file_isForItsOwnerAlone) {
    const TemporaryFolder folder;
    const Journal journal(folder.path() / "state");
    EXPECT_EQ(platform::whyOthersCanChange(Journal::fileIn(folder.path() / "state")).value_or(""), "");
#ifndef _WIN32  // Windows has lists of rights instead, which the line above looks at.
    const auto open = fs::perms::group_all | fs::perms::others_all;
    EXPECT_EQ(fs::status(Journal::fileIn(folder.path() / "state")).permissions() & open, fs::perms::none);
    EXPECT_EQ(fs::status(folder.path() / "state").permissions() & open, fs::perms::none);
#endif
}

TEST(WorkLock, secondOfAToken_isBusyUntilTheFirstGoes) {
    const TemporaryFolder folder;
    {
        const WorkLock lock(folder.path(), {"soft", "S1", ""});
        EXPECT_EQ(codeOf([&] { const WorkLock second(folder.path(), {"soft", "S1", ""}); }), ErrorCode::busy);
        const WorkLock other(folder.path(), {"soft", "S2", ""});
    }
    const WorkLock again(folder.path(), {"soft", "S1", ""});
}

TEST(TokenView, keptKeys_goByTheirOldCertificatesTooFromTheBeginningOfTheRenewal) {
    Record record = sample();
    record.container = "C1";
    EXPECT_EQ(TokenView(record, {}).formerCertificates("C1"), (std::vector<Bytes>{{1, 2}, {3}}));
    EXPECT_TRUE(TokenView(record, {}).formerCertificates("C2").empty());
    record.keys = Keys::fresh;
    EXPECT_TRUE(TokenView(record, {}).formerCertificates("C1").empty());
    const TokenView after(std::nullopt, {}, {{"C1", {5}}, {"C2", {6}}});
    EXPECT_EQ(after.formerCertificates("C1"), std::vector<Bytes>{{5}});
}

TEST(TokenView, pendingContainer_isHiddenUntilItCounts_andTheOldOneFromThen) {
    Record record = sample();
    record.keys = Keys::fresh;
    record.step = Step::proven;
    const token::KeyRef newSign{"new", token::KeyUsage::sign};
    const token::KeyRef oldSign{"old", token::KeyUsage::sign};
    const token::KeyRef oldEncrypt{"old", token::KeyUsage::encrypt};
    EXPECT_EQ(TokenView(record, {}).of(newSign), Visibility::hidden);
    EXPECT_EQ(TokenView(record, {}).of(oldSign), Visibility::shown);
    record.step = Step::switched;
    EXPECT_EQ(TokenView(record, {}).of(newSign), Visibility::shown);
    EXPECT_EQ(TokenView(record, {}).of(oldSign), Visibility::hidden);
    EXPECT_EQ(TokenView(record, {}).of(oldEncrypt), Visibility::history);
    EXPECT_EQ(TokenView(std::nullopt, {"old"}).of(oldEncrypt), Visibility::history);
    EXPECT_EQ(TokenView(std::nullopt, {"old"}).of(oldSign), Visibility::hidden);
    EXPECT_EQ(TokenView().of(oldSign), Visibility::shown);
}

}  // namespace
}  // namespace ukey::enrolment::test
