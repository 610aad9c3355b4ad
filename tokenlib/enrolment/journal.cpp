#include "tokenlib/enrolment/journal.hpp"

#include <string>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/enrolment/sealed_pair.hpp"

namespace ukey::enrolment {
namespace {

constexpr int kBusyMilliseconds = 2000;

/// Of the file's form, in SQLite's own place for it. 0: before there were versions.
constexpr std::int64_t kVersion = 2;

constexpr const char* kSchema = R"(
CREATE TABLE enrolment (
    id TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    driver TEXT NOT NULL,
    serial TEXT NOT NULL,
    token_id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    keeps_keys INTEGER NOT NULL,
    reference TEXT NOT NULL,
    container TEXT NOT NULL,
    old_container TEXT NOT NULL,
    keeps_history INTEGER NOT NULL,
    displaced TEXT NOT NULL,
    old_sign BLOB NOT NULL,
    old_encrypt BLOB NOT NULL,
    step TEXT NOT NULL,
    signing_key BLOB NOT NULL,
    csr BLOB NOT NULL,
    answer_digest BLOB NOT NULL,
    answer_sign BLOB NOT NULL,
    answer_encrypt BLOB NOT NULL,
    sealed_pair BLOB NOT NULL,
    created INTEGER NOT NULL,
    proof BLOB NOT NULL,
    UNIQUE (driver, serial, token_id)
);
CREATE TABLE history (
    number INTEGER PRIMARY KEY,
    driver TEXT NOT NULL,
    serial TEXT NOT NULL,
    token_id TEXT NOT NULL,
    container TEXT NOT NULL,
    UNIQUE (driver, serial, token_id, container)
);
)";

/// From version 2.
constexpr const char* kFormerCertificates = R"(
CREATE TABLE former_certificate (
    number INTEGER PRIMARY KEY,
    driver TEXT NOT NULL,
    serial TEXT NOT NULL,
    token_id TEXT NOT NULL,
    container TEXT NOT NULL,
    certificate BLOB NOT NULL,
    UNIQUE (driver, serial, token_id, container, certificate)
);
)";

constexpr const char* kColumns =
    "SELECT id, origin, kind, driver, serial, algorithm, keeps_keys, reference, container, old_container, "
    "keeps_history, displaced, old_sign, old_encrypt, step, signing_key, csr, answer_digest, answer_sign, "
    "answer_encrypt, sealed_pair, created, proof, token_id FROM enrolment ";

/// From version 0. A token without a serial number went by "id:" and the driver's name for it.
constexpr const char* kTakeOver = R"(
INSERT INTO enrolment SELECT
    id, origin, kind, driver, CASE WHEN serial GLOB 'id:*' THEN '' ELSE serial END,
    CASE WHEN serial GLOB 'id:*' THEN substr(serial, 4) ELSE '' END, algorithm, keeps_keys, reference, container,
    old_container, keeps_history, displaced, old_sign, old_encrypt, step, signing_key, csr, answer_digest,
    answer_sign, answer_encrypt, import_request, created, proof
    FROM enrolment_0 ORDER BY rowid;
DROP TABLE enrolment_0;
INSERT INTO history SELECT
    number, driver, CASE WHEN serial GLOB 'id:*' THEN '' ELSE serial END,
    CASE WHEN serial GLOB 'id:*' THEN substr(serial, 4) ELSE '' END, container
    FROM history_0;
DROP TABLE history_0;
)";

template <class Value>
Value known(const std::optional<Value>& value) {
    if (!value) throw Error(ErrorCode::internal, "journal of enrolments: a row of another version");
    return *value;
}

Record recordIn(sqlite::Statement& row) {
    Record record;
    record.id = row.text(0);
    record.origin = row.text(1);
    record.kind = known(kindFrom(row.text(2)));
    record.token = {row.text(3), row.text(4), row.text(23)};
    record.algorithm = known(token::keyAlgorithmFrom(row.text(5)));
    record.keys = row.number(6) != 0 ? Keys::kept : Keys::fresh;
    record.reference = row.text(7);
    record.container = row.text(8);
    record.oldContainer = row.text(9);
    record.keepsHistory = row.number(10) != 0;
    record.displaced = row.text(11);
    record.old = {row.blob(12), row.blob(13)};
    record.step = known(stepFrom(row.text(14)));
    record.signingKey = row.blob(15);
    record.csr = row.blob(16);
    record.answerDigest = row.blob(17);
    record.answer = {row.blob(18), row.blob(19)};
    if (const Bytes pair = row.blob(20); !pair.empty()) record.sealedPair = sealedPairFrom(pair);
    record.created = std::chrono::sys_seconds(std::chrono::seconds(row.number(21)));
    record.proof = row.blob(22);
    return record;
}

bool hasTable(sqlite::Database& database, const char* name) {
    return database.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name).step();
}

std::int64_t versionOf(sqlite::Database& database) {
    auto row = database.query("PRAGMA user_version");
    return row.step() ? row.number(0) : 0;
}

void convertPairs(sqlite::Database& database) {
    auto row = database.query("SELECT id, sealed_pair FROM enrolment WHERE sealed_pair <> x''");
    std::vector<std::pair<std::string, Bytes>> requests;
    while (row.step()) requests.emplace_back(row.text(0), row.blob(1));
    for (const auto& [id, request] : requests)
        database.run("UPDATE enrolment SET sealed_pair = ? WHERE id = ?",
                     toStored(sealedPairFromRequest(request)), id);
}

/// An enrolment that an older version began has to come to its end too.
void takeOver(sqlite::Database& database) {
    const bool hasProof =
        database.query("SELECT 1 FROM pragma_table_info('enrolment') WHERE name = 'proof'").step();
    if (!hasProof) database.execute("ALTER TABLE enrolment ADD COLUMN proof BLOB NOT NULL DEFAULT x''");
    database.execute("ALTER TABLE enrolment RENAME TO enrolment_0; ALTER TABLE history RENAME TO history_0;");
    database.execute(kSchema);
    database.execute(kTakeOver);
    convertPairs(database);
}

void bringUpToDate(sqlite::Database& database) {
    if (versionOf(database) == kVersion) return;
    sqlite::Transaction transaction(database);
    const std::int64_t version = versionOf(database);  // Another process may have been faster.
    if (version > kVersion)
        throw Error(ErrorCode::internal, "journal of enrolments: written by a newer version");
    if (version == kVersion) return;
    if (!hasTable(database, "enrolment"))
        database.execute(kSchema);
    else if (version == 0)
        takeOver(database);
    database.execute(kFormerCertificates);
    database.execute("PRAGMA user_version = " + std::to_string(kVersion));
    transaction.commit();
}

Bytes storedPair(const Record& record) { return record.sealedPair ? toStored(*record.sealedPair) : Bytes(); }

std::int64_t flag(bool value) { return value ? 1 : 0; }

}  // namespace

std::filesystem::path Journal::fileIn(const std::filesystem::path& folder) {
    return folder / "enrolments.db";
}

Journal::Journal(const std::filesystem::path& folder) : database_(fileIn(folder), kBusyMilliseconds) {
    database_.execute("PRAGMA journal_mode = WAL");
    database_.execute("PRAGMA synchronous = FULL");
    // Rows hold keys, if only sealed for the token: nothing of them stays in the file.
    database_.execute("PRAGMA secure_delete = ON");
    bringUpToDate(database_);
}

void Journal::add(const Record& record) {
    sqlite::Transaction transaction(database_);
    if (ofToken(record.token))
        throw Error(ErrorCode::enrolmentConflict, "the token has an enrolment under way");
    database_.run(
        "INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?)",
        record.id, record.origin, toString(record.kind), record.token.driver, record.token.serial,
        record.token.id, toString(record.algorithm), flag(record.keys == Keys::kept), record.reference,
        record.container, record.oldContainer, flag(record.keepsHistory), record.displaced, record.old.sign,
        record.old.encrypt, toString(record.step), record.signingKey, record.csr, record.answerDigest,
        record.answer.sign, record.answer.encrypt, storedPair(record),
        static_cast<std::int64_t>(record.created.time_since_epoch().count()), record.proof);
    transaction.commit();
}

std::optional<Record> Journal::find(const std::string& id) {
    sqlite::Statement row = database_.query(std::string(kColumns) + "WHERE id = ?", id);
    if (!row.step()) return std::nullopt;
    return recordIn(row);
}

std::optional<Record> Journal::ofToken(const token::Identity& token) {
    sqlite::Statement row =
        database_.query(std::string(kColumns) + "WHERE driver = ? AND serial = ? AND token_id = ?",
                        token.driver, token.serial, token.id);
    if (!row.step()) return std::nullopt;
    return recordIn(row);
}

std::vector<Record> Journal::all() {
    std::vector<Record> records;
    sqlite::Statement row = database_.query(std::string(kColumns) + "ORDER BY created, rowid");
    while (row.step()) records.push_back(recordIn(row));
    return records;
}

void Journal::advance(Record& record, Step next) {
    const int changed = database_.run(
        "UPDATE enrolment SET step = ?, signing_key = ?, csr = ?, proof = ?, answer_digest = ?, answer_sign "
        "= ?, "
        "answer_encrypt = ?, sealed_pair = ? WHERE id = ? AND step = ?",
        toString(next), record.signingKey, record.csr, record.proof, record.answerDigest, record.answer.sign,
        record.answer.encrypt, storedPair(record), record.id, toString(record.step));
    if (changed != 1)
        throw Error(ErrorCode::enrolmentConflict, "the enrolment went another way in the meantime");
    record.step = next;
}

void Journal::remove(const Record& record) { database_.run("DELETE FROM enrolment WHERE id = ?", record.id); }

void Journal::retire(const Record& record) {
    sqlite::Transaction transaction(database_);
    database_.run("INSERT OR IGNORE INTO history (driver, serial, token_id, container) VALUES (?, ?, ?, ?)",
                  record.token.driver, record.token.serial, record.token.id, record.oldContainer);
    remove(record);
    transaction.commit();
}

void Journal::supersede(const Record& record) {
    sqlite::Transaction transaction(database_);
    for (const Bytes& certificate : {record.old.sign, record.old.encrypt}) {
        if (certificate.empty()) continue;
        database_.run(
            "INSERT OR IGNORE INTO former_certificate (driver, serial, token_id, container, certificate) "
            "VALUES (?, ?, ?, ?, ?)",
            record.token.driver, record.token.serial, record.token.id, record.container, certificate);
    }
    remove(record);
    transaction.commit();
}

std::vector<FormerCertificate> Journal::formerCertificates(const token::Identity& token) {
    std::vector<FormerCertificate> certificates;
    sqlite::Statement row = database_.query(
        "SELECT container, certificate FROM former_certificate WHERE driver = ? AND serial = ? AND token_id "
        "= ? ORDER BY number",
        token.driver, token.serial, token.id);
    while (row.step()) certificates.push_back({row.text(0), row.blob(1)});
    return certificates;
}

std::vector<std::string> Journal::history(const token::Identity& token) {
    std::vector<std::string> containers;
    sqlite::Statement row = database_.query(
        "SELECT container FROM history WHERE driver = ? AND serial = ? AND token_id = ? ORDER BY number",
        token.driver, token.serial, token.id);
    while (row.step()) containers.push_back(row.text(0));
    return containers;
}

void Journal::forgetHistory(const token::Identity& token, const std::string& container) {
    database_.run("DELETE FROM history WHERE driver = ? AND serial = ? AND token_id = ? AND container = ?",
                  token.driver, token.serial, token.id, container);
    database_.run(
        "DELETE FROM former_certificate WHERE driver = ? AND serial = ? AND token_id = ? AND container = ?",
        token.driver, token.serial, token.id, container);
}

}  // namespace ukey::enrolment
