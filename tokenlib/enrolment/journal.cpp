#include "tokenlib/enrolment/journal.hpp"

#include "tokenlib/base/error.hpp"

namespace ukey::enrolment {
namespace {

constexpr int kBusyMilliseconds = 2000;

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS enrolment (
    id TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    driver TEXT NOT NULL,
    serial TEXT NOT NULL,
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
    import_request BLOB NOT NULL,
    created INTEGER NOT NULL,
    proof BLOB NOT NULL,
    UNIQUE (driver, serial)
);
CREATE TABLE IF NOT EXISTS history (
    number INTEGER PRIMARY KEY,
    driver TEXT NOT NULL,
    serial TEXT NOT NULL,
    container TEXT NOT NULL,
    UNIQUE (driver, serial, container)
);
)";

constexpr const char* kColumns =
    "SELECT id, origin, kind, driver, serial, algorithm, keeps_keys, reference, container, old_container, "
    "keeps_history, displaced, old_sign, old_encrypt, step, signing_key, csr, answer_digest, answer_sign, "
    "answer_encrypt, import_request, created, proof FROM enrolment ";

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
    record.token = {row.text(3), row.text(4)};
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
    record.importRequest = row.blob(20);
    record.created = std::chrono::sys_seconds(std::chrono::seconds(row.number(21)));
    record.proof = row.blob(22);
    return record;
}

/// An enrolment that an older version began has to come to its end too.
void addWhatIsNew(sqlite::Database& database) {
    const auto hasProof = [&] {
        return database.query("SELECT 1 FROM pragma_table_info('enrolment') WHERE name = 'proof'").step();
    };
    if (hasProof()) return;
    sqlite::Transaction transaction(database);
    if (!hasProof()) database.execute("ALTER TABLE enrolment ADD COLUMN proof BLOB NOT NULL DEFAULT x''");
    transaction.commit();
}

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
    database_.execute(kSchema);
    addWhatIsNew(database_);
}

void Journal::add(const Record& record) {
    sqlite::Transaction transaction(database_);
    if (ofToken(record.token))
        throw Error(ErrorCode::enrolmentConflict, "the token has an enrolment under way");
    database_.run(
        "INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        record.id, record.origin, toString(record.kind), record.token.driver, record.token.serial,
        toString(record.algorithm), flag(record.keys == Keys::kept), record.reference, record.container,
        record.oldContainer, flag(record.keepsHistory), record.displaced, record.old.sign, record.old.encrypt,
        toString(record.step), record.signingKey, record.csr, record.answerDigest, record.answer.sign,
        record.answer.encrypt, record.importRequest,
        static_cast<std::int64_t>(record.created.time_since_epoch().count()), record.proof);
    transaction.commit();
}

std::optional<Record> Journal::find(const std::string& id) {
    sqlite::Statement row = database_.query(std::string(kColumns) + "WHERE id = ?", id);
    if (!row.step()) return std::nullopt;
    return recordIn(row);
}

std::optional<Record> Journal::ofToken(const TokenIdentity& token) {
    sqlite::Statement row = database_.query(std::string(kColumns) + "WHERE driver = ? AND serial = ?",
                                            token.driver, token.serial);
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
        "answer_encrypt = ?, import_request = ? WHERE id = ? AND step = ?",
        toString(next), record.signingKey, record.csr, record.proof, record.answerDigest, record.answer.sign,
        record.answer.encrypt, record.importRequest, record.id, toString(record.step));
    if (changed != 1)
        throw Error(ErrorCode::enrolmentConflict, "the enrolment went another way in the meantime");
    record.step = next;
}

void Journal::remove(const Record& record) { database_.run("DELETE FROM enrolment WHERE id = ?", record.id); }

void Journal::retire(const Record& record) {
    sqlite::Transaction transaction(database_);
    database_.run("INSERT OR IGNORE INTO history (driver, serial, container) VALUES (?, ?, ?)",
                  record.token.driver, record.token.serial, record.oldContainer);
    remove(record);
    transaction.commit();
}

std::vector<std::string> Journal::history(const TokenIdentity& token) {
    std::vector<std::string> containers;
    sqlite::Statement row =
        database_.query("SELECT container FROM history WHERE driver = ? AND serial = ? ORDER BY number",
                        token.driver, token.serial);
    while (row.step()) containers.push_back(row.text(0));
    return containers;
}

void Journal::forgetHistory(const TokenIdentity& token, const std::string& container) {
    database_.run("DELETE FROM history WHERE driver = ? AND serial = ? AND container = ?", token.driver,
                  token.serial, container);
}

}  // namespace ukey::enrolment
