// SQLite's C interface with checked calls and owners for its handles. All of it throws `internal`, or `busy`
// when another process holds the file for longer than the caller wants to wait.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ukey::sqlite {

/// One prepared statement. Arguments are bound in order; std::nullopt binds NULL.
class Statement {
  public:
    Statement(sqlite3* database, std::string_view sql);

    Statement& bind(std::string_view text);
    Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
    Statement& bind(const char* text) { return bind(std::string_view(text)); }
    Statement& bind(std::int64_t number);
    Statement& bind(ByteView blob);
    Statement& bind(std::nullopt_t);
    template <class T>
    Statement& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind(std::nullopt);
    }

    /// Whether there is a (further) row.
    bool step();

    std::string text(int column);
    std::int64_t number(int column);
    Bytes blob(int column);
    bool isNull(int column);
    /// Nothing for NULL.
    std::optional<std::int64_t> numberIfAny(int column);

  private:
    void check(int result);

    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bound_ = 0;
};

class Database {
  public:
    /// Opens or creates the file, and its folder where that is missing, both for their owner alone. Several
    /// processes may share it; a call waits `busyMilliseconds` at most for another's write to end. A file
    /// that is no database any more is set aside, see set_aside.hpp; one that others could change is
    /// bad-request.
    explicit Database(const std::filesystem::path& file, int busyMilliseconds = 10000);

    /// Runs statements that give no rows and take no arguments.
    void execute(const std::string& sql);

    /// Prepares, binds all arguments, in order.
    template <class... Arguments>
    Statement query(std::string_view sql, const Arguments&... arguments) {
        Statement statement(handle_.get(), sql);
        (statement.bind(arguments), ...);
        return statement;
    }
    /// The same, and runs it to the end; gives the number of rows that were changed.
    template <class... Arguments>
    int run(std::string_view sql, const Arguments&... arguments) {
        auto statement = query(sql, arguments...);
        while (statement.step()) {
        }
        return changes();
    }

    /// The rowid of the last insert.
    std::int64_t lastId() const noexcept;
    /// Rows that the last statement changed.
    int changes() const noexcept;

  private:
    void open(const std::filesystem::path& file, int busyMilliseconds);
    bool isReadable();

    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

/// Takes the write lock at once; rolled back unless committed.
class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Database& database_;
    bool open_ = true;
};

}  // namespace ukey::sqlite
