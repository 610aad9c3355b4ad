#include "tokenlib/sqlite/database.hpp"

#include <sqlite3.h>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/sqlite/set_aside.hpp"

namespace ukey::sqlite {
namespace {

[[noreturn]] void fail(sqlite3* database) {
    const int code = sqlite3_errcode(database);
    const bool isBusy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    throw Error(isBusy ? ErrorCode::busy : ErrorCode::internal,
                std::string(sqlite3_db_filename(database, "main")) + ": " + sqlite3_errmsg(database));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr));
    statement_.reset(statement);
}

void Statement::check(int result) {
    if (result != SQLITE_OK) fail(database_);
}

Statement& Statement::bind(std::string_view text) {
    check(sqlite3_bind_text(statement_.get(), ++bound_, text.data(), static_cast<int>(text.size()),
                            SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind(std::int64_t number) {
    check(sqlite3_bind_int64(statement_.get(), ++bound_, number));
    return *this;
}

Statement& Statement::bind(ByteView blob) {
    // Of no octets, but not NULL: SQLite takes a null pointer for one.
    check(sqlite3_bind_blob(statement_.get(), ++bound_,
                            blob.empty() ? "" : static_cast<const void*>(blob.data()),
                            static_cast<int>(blob.size()), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind(std::nullopt_t) {
    check(sqlite3_bind_null(statement_.get(), ++bound_));
    return *this;
}

bool Statement::step() {
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) fail(database_);
    return false;
}

std::string Statement::text(int column) {
    const auto* data = sqlite3_column_text(statement_.get(), column);
    if (data == nullptr) return {};
    return {reinterpret_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::number(int column) { return sqlite3_column_int64(statement_.get(), column); }

Bytes Statement::blob(int column) {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
    if (data == nullptr) return {};
    return {data, data + sqlite3_column_bytes(statement_.get(), column)};
}

bool Statement::isNull(int column) { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::optional<std::int64_t> Statement::numberIfAny(int column) {
    if (isNull(column)) return std::nullopt;
    return number(column);
}

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close(database); }

Database::Database(const std::filesystem::path& file, int busyMilliseconds) {
    if (file.has_parent_path()) platform::makeOwnFolder(file.parent_path());
    if (const auto why = platform::whyOthersCanChange(file))
        throw Error(ErrorCode::badRequest, pathText(file) + " is not used: " + *why);
    if (isSpoilt(file)) setAside(file);
    open(file, busyMilliseconds);
    if (isReadable()) return;
    handle_.reset();
    setAside(file);
    open(file, busyMilliseconds);
}

void Database::open(const std::filesystem::path& file, int busyMilliseconds) {
    sqlite3* database = nullptr;
    const int result = sqlite3_open(pathText(file).c_str(), &database);
    handle_.reset(database);
    if (result != SQLITE_OK) throw Error(ErrorCode::internal, "cannot open " + pathText(file));
    sqlite3_busy_timeout(database, busyMilliseconds);
    sqlite3_exec(database, "PRAGMA foreign_keys = ON", nullptr, nullptr, nullptr);
    if (std::filesystem::exists(file)) platform::keepForOwner(file);
}

/// Whether the file's tables can be listed; a file that is not there yet has none.
bool Database::isReadable() {
    const int result =
        sqlite3_exec(handle_.get(), "SELECT count(*) FROM sqlite_master", nullptr, nullptr, nullptr);
    return result != SQLITE_NOTADB && result != SQLITE_CORRUPT;
}

void Database::execute(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(handle_.get());
    }
}

std::int64_t Database::lastId() const noexcept { return sqlite3_last_insert_rowid(handle_.get()); }

int Database::changes() const noexcept { return sqlite3_changes(handle_.get()); }

Transaction::Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
    if (!open_) return;
    try {
        database_.execute("ROLLBACK");
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): SQLite has rolled back by itself.
    }
}

void Transaction::commit() {
    database_.execute("COMMIT");
    open_ = false;
}

}  // namespace ukey::sqlite
