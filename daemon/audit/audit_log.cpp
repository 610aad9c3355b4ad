#include "daemon/audit/audit_log.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <utility>

#include "daemon/audit/seal.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/sqlite/database.hpp"
#include "tokenlib/sqlite/set_aside.hpp"

namespace ukey::audit {
namespace {

namespace fs = std::filesystem;
using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;

constexpr int kBusyMilliseconds = 2000;
constexpr std::string_view kArchivePrefix = "audit-";
constexpr std::string_view kArchiveSuffix = ".jsonl";
constexpr std::string_view kUnfinishedArchive = "audit-unfinished";
constexpr std::size_t kLongestLine = 16384;

constexpr auto kColumns = "number, time, origin, operation, token, certificate, digest, outcome, hash";

std::string now() {
    using namespace std::chrono;
    const auto time = floor<milliseconds>(system_clock::now());
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss<milliseconds> clock(time - day);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return text.data();
}

Row rowOf(Statement& statement) {
    Row row;
    row.number = statement.number(0);
    row.time = statement.text(1);
    row.entry = {statement.text(2), statement.text(3), statement.text(4),
                 statement.text(5), statement.text(6), statement.text(7)};
    row.hash = statement.blob(8);
    return row;
}

/// An archive's file and the numbers in its name.
struct Archive {
    fs::path file;
    std::int64_t first = 0;
    std::int64_t last = 0;
};

std::optional<Archive> archiveOf(const fs::path& file) {
    const std::string name = pathText(file.filename());
    if (!name.starts_with(kArchivePrefix) || !name.ends_with(kArchiveSuffix)) return std::nullopt;
    const char* end = name.data() + name.size() - kArchiveSuffix.size();
    Archive archive{file};
    const auto first = std::from_chars(name.data() + kArchivePrefix.size(), end, archive.first);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
    const auto last = std::from_chars(first.ptr + 1, end, archive.last);
    if (last.ec != std::errc() || last.ptr != end) return std::nullopt;
    return archive;
}

std::vector<Archive> archivesIn(const fs::path& folder) {
    std::vector<Archive> found;
    for (const auto& file : fs::directory_iterator(folder)) {
        if (auto archive = archiveOf(file.path())) found.push_back(std::move(*archive));
    }
    std::sort(found.begin(), found.end(),
              [](const Archive& a, const Archive& b) { return a.first < b.first; });
    return found;
}

/// While it is there, the database looks as at its first question; others may write meanwhile.
class Snapshot {
  public:
    explicit Snapshot(Database& database) : database_(database) { database_.execute("BEGIN"); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot() {
        try {
            database_.execute("COMMIT");
        } catch (const Error&) {
            // Nothing was written.
        }
    }

  private:
    Database& database_;
};

std::int64_t numberFrom(Database& database, const char* sql) {
    Statement statement = database.query(sql);
    return statement.step() ? statement.number(0) : 0;
}

constexpr std::int64_t kVersion = 1;

/// The chain of version 0 had no key: anybody could have made it, so nothing can be added to it.
Database openIn(const fs::path& folder) {
    const fs::path file = AuditLog::fileIn(folder);
    std::optional<Database> database(std::in_place, file, kBusyMilliseconds);
    const bool isNew = numberFrom(*database, "SELECT count(*) FROM sqlite_master") == 0;
    if (!isNew && numberFrom(*database, "PRAGMA user_version") < kVersion) {
        database.reset();
        sqlite::setAside(file);
        for (const Archive& archive : archivesIn(folder)) sqlite::setAside(archive.file);
        database.emplace(file, kBusyMilliseconds);
    }
    return std::move(*database);
}

}  // namespace

class AuditLog::Store {
  public:
    Store(fs::path folder, ByteView installSecret, AuditLimits limits)
        : folder_(std::move(folder)),
          limits_(limits),
          key_(policy::KeyedHash::derived(installSecret, "ukey.v1 audit")),
          seal_(folder_),
          database_(openIn(folder_)) {
        database_.execute(
            // The seal vouches for what was written before: that must be on the disk.
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-256;"
            // First, so that who opens it now does not take it for an old one.
            "PRAGMA user_version = 1;"
            "CREATE TABLE IF NOT EXISTS entries(number INTEGER PRIMARY KEY, time TEXT NOT NULL,"
            " origin TEXT NOT NULL, operation TEXT NOT NULL, token TEXT NOT NULL,"
            " certificate TEXT NOT NULL, digest TEXT NOT NULL, outcome TEXT NOT NULL, hash BLOB NOT NULL);"
            // Where the chain in this file begins and ends, so that no row can be cut off at either end.
            "CREATE TABLE IF NOT EXISTS chain(id INTEGER PRIMARY KEY CHECK (id = 1), next INTEGER NOT NULL,"
            " head BLOB NOT NULL, first INTEGER NOT NULL, anchor BLOB NOT NULL);"
            "INSERT OR IGNORE INTO chain VALUES(1, 1, x'', 1, x'');"
            // The first row that was not given up: archives that begin later are not all that there were.
            "CREATE TABLE IF NOT EXISTS kept(id INTEGER PRIMARY KEY CHECK (id = 1), oldest INTEGER NOT NULL);"
            "INSERT OR IGNORE INTO kept VALUES(1, 0);");
    }

    std::vector<Row> write(std::vector<Entry> entries) {
        std::vector<Row> written;
        Transaction transaction(database_);
        Ends ends = readEnds();
        if (!agreesWithSeal(ends)) entries.insert(entries.begin(), brokenEntry());
        Chain chain(key_, ends.next, std::move(ends.head));
        const std::string time = now();
        for (Entry& entry : entries) {
            Row row = chain.append(time, std::move(entry));
            database_.run("INSERT INTO entries VALUES(?,?,?,?,?,?,?,?,?)", row.number, row.time,
                          row.entry.origin, row.entry.operation, row.entry.token, row.entry.certificate,
                          row.entry.digest, row.entry.outcome, row.hash);
            written.push_back(std::move(row));
        }
        database_.run("UPDATE chain SET next = ?, head = ?", chain.next(), chain.hash());
        const std::int64_t tenth = std::max<std::int64_t>(1, limits_.rows / 10);
        std::int64_t first = ends.first;
        for (; chain.next() - first > limits_.rows + tenth; first += tenth) rotate(first, first + tenth - 1);
        const std::vector<Archive> old = first == ends.first ? std::vector<Archive>() : giveUpOld(first);
        transaction.commit();
        seal({chain.next(), chain.hash()});
        for (const Archive& archive : old) fs::remove(archive.file);
        return written;
    }

    void forEach(const std::function<void(const Row&)>& look) {
        const Snapshot snapshot(database_);
        for (const Archive& archive : archivesBefore(readEnds().first)) readArchive(archive, look);
        Statement statement =
            database_.query(std::string("SELECT ") + kColumns + " FROM entries ORDER BY number");
        while (statement.step()) look(rowOf(statement));
    }

    std::vector<Row> newest(std::int64_t count) {
        std::vector<Row> rows;
        Statement statement = database_.query(
            std::string("SELECT ") + kColumns + " FROM entries ORDER BY number DESC LIMIT ?", count);
        while (statement.step()) rows.push_back(rowOf(statement));
        std::reverse(rows.begin(), rows.end());
        return rows;
    }

    Finding verify() {
        for (;;) {
            const std::int64_t first = readEnds().first;
            const Finding finding = verifyOnce();
            // Archives that a rotation deleted meanwhile are not missing.
            if (finding.intact || readEnds().first == first) return finding;
        }
    }

  private:
    Finding verifyOnce() {
        Finding finding;
        const auto blame = [&](std::int64_t number) {
            if (finding.intact) finding.firstBad = number;
            finding.intact = false;
        };
        // Before the snapshot, so that a row that comes meanwhile does no harm.
        const std::optional<Place> sealed = seal_.read(key_);
        const Snapshot snapshot(database_);
        const Ends ends = readEnds();
        verifyArchives(ends, finding, blame);
        Chain chain(key_, ends.first, ends.anchor);
        const auto isSealed = [&] { return sealed == Place{chain.next(), chain.hash()}; };
        bool reached = isSealed() || (!seal_.exists() && ends.next == 1);
        Statement statement =
            database_.query(std::string("SELECT ") + kColumns + " FROM entries ORDER BY number");
        while (finding.intact && statement.step()) {
            ++finding.rows;
            const Row row = rowOf(statement);
            if (!chain.accept(row)) {
                blame(chain.next());
            } else if (row.entry.operation == kBroken) {
                blame(row.number);
            }
            reached = reached || isSealed();
        }
        if (chain.next() != ends.next || chain.hash() != ends.head || !reached) blame(chain.next());
        return finding;
    }

    struct Ends {
        std::int64_t next = 1;
        Bytes head;
        std::int64_t first = 1;
        Bytes anchor;
        std::int64_t oldest = 0;  ///< Of the archives; 0: no rotation has noted it yet.
    };

    /// The rows are there already: a seal that cannot be written is no reason to write them again.
    void seal(const Place& reached) const {
        try {
            seal_.write(key_, reached);
        } catch (const Error& error) {
            spdlog::error("the audit log is not sealed: {}", error.what());
        }
    }

    bool agreesWithSeal(const Ends& ends) {
        const std::optional<Place> sealed = seal_.read(key_);
        if (!sealed) return ends.next == 1 && !seal_.exists();
        if (sealed->next < ends.first) return true;  // It is in an archive.
        if (sealed->next == ends.first) return sealed->head == ends.anchor;
        Statement statement = database_.query("SELECT hash FROM entries WHERE number = ?", sealed->next - 1);
        return statement.step() && statement.blob(0) == sealed->head;
    }

    static Entry brokenEntry() {
        Entry entry;
        entry.operation = kBroken;
        entry.outcome = toString(ErrorCode::internal);
        return entry;
    }

    Ends readEnds() {
        Statement statement = database_.query("SELECT next, head, first, anchor, oldest FROM chain, kept");
        if (!statement.step()) throw Error(ErrorCode::internal, "the audit log has lost its ends");
        return {statement.number(0), statement.blob(1), statement.number(2), statement.blob(3),
                statement.number(4)};
    }

    /// Moves the rows from `first` to `last` into an archive. When the program dies before the commit, the
    /// archive is written again under the same name, and until then the rows in the database count.
    void rotate(std::int64_t first, std::int64_t last) {
        const fs::path file = folder_ / (std::string(kArchivePrefix) + std::to_string(first) + "-" +
                                         std::to_string(last) + std::string(kArchiveSuffix));
        const fs::path unfinished = folder_ / kUnfinishedArchive;
        Bytes anchor;
        {
            std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
            platform::keepForOwner(unfinished);
            Statement statement = database_.query(
                std::string("SELECT ") + kColumns + " FROM entries WHERE number <= ? ORDER BY number", last);
            while (statement.step()) {
                Row row = rowOf(statement);
                out << toJsonLine(row) << '\n';
                anchor = std::move(row.hash);
            }
            out.flush();
            if (!out) throw Error(ErrorCode::internal, "cannot write " + pathText(unfinished));
        }
        fs::rename(unfinished, file);
        database_.run("DELETE FROM entries WHERE number <= ?", last);
        database_.run("UPDATE chain SET first = ?, anchor = ?", last + 1, anchor);
    }

    /// The archives that are too many, of those with rows before `first`.
    std::vector<Archive> giveUpOld(std::int64_t first) {
        std::vector<Archive> found = archivesBefore(first);
        const std::size_t many = found.size() > limits_.archives ? found.size() - limits_.archives : 0;
        database_.run("UPDATE kept SET oldest = ?", many < found.size() ? found[many].first : first);
        found.resize(many);
        return found;
    }

    /// Those of rows that are in the database no more.
    std::vector<Archive> archivesBefore(std::int64_t first) const {
        std::vector<Archive> found = archivesIn(folder_);
        std::erase_if(found, [&](const Archive& archive) { return archive.first >= first; });
        return found;
    }

    static void readArchive(const Archive& archive, const std::function<void(const Row&)>& look) {
        std::ifstream in(archive.file, std::ios::binary);
        for (std::string line; std::getline(in, line);) {
            if (line.size() > kLongestLine) throw Error(ErrorCode::badRequest, "a line is too long");
            look(fromJsonLine(line));
        }
    }

    /// The oldest archive's first row cannot be checked, for the one before it is gone; all others can.
    template <class Blame>
    void verifyArchives(const Ends& ends, Finding& finding, const Blame& blame) {
        const std::vector<Archive> found = archivesBefore(ends.first);
        const bool begins = !found.empty() && found.front().first <= ends.oldest;
        if (ends.oldest != 0 && ends.oldest < ends.first && !begins) blame(ends.oldest);
        std::optional<Chain> chain;
        try {
            for (const Archive& archive : found) {
                readArchive(archive, [&](const Row& row) {
                    ++finding.rows;
                    if (!chain && row.number == 1) chain.emplace(key_, 1, Bytes());
                    if (!chain) {
                        chain.emplace(key_, row.number + 1, row.hash);
                    } else if (!chain->accept(row)) {
                        blame(chain->next());
                    }
                    if (row.entry.operation == kBroken) blame(row.number);
                });
            }
        } catch (const Error&) {
            blame(chain ? chain->next() : 1);
        }
        if (chain && (chain->next() != ends.first || chain->hash() != ends.anchor)) blame(chain->next());
    }

    fs::path folder_;
    AuditLimits limits_;
    policy::KeyedHash key_;
    Seal seal_;
    Database database_;
};

AuditLog::AuditLog(fs::path folder, ByteView installSecret, AuditLimits limits)
    : store_(std::make_unique<Store>(std::move(folder), installSecret, limits)) {}
AuditLog::~AuditLog() = default;

fs::path AuditLog::fileIn(const fs::path& folder) { return folder / "audit.db"; }

bool AuditLog::isIn(const fs::path& folder) {
    std::error_code error;
    return fs::exists(fileIn(folder), error) || Seal::isIn(folder);
}

std::vector<Row> AuditLog::write(std::vector<Entry> entries) { return store_->write(std::move(entries)); }
void AuditLog::forEach(const std::function<void(const Row&)>& look) { store_->forEach(look); }
std::vector<Row> AuditLog::newest(std::int64_t count) { return store_->newest(count); }
Finding AuditLog::verify() { return store_->verify(); }

}  // namespace ukey::audit
