// SQLite's C interface with checked calls and owners for its handles.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ukey::enrolment {

/// One prepared statement. Arguments are bound in order. All of it throws `internal`, or `busy` when another
/// process holds the file.
class Statement {
  public:
    Statement(sqlite3* database, std::string_view sql);

    Statement& bind(std::string_view text);
    Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
    Statement& bind(std::int64_t number);
    Statement& bind(const Bytes& blob);

    /// Whether there is a (further) row.
    bool step();

    std::string text(int column);
    std::int64_t number(int column);
    Bytes blob(int column);

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    void check(int result);

    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bound_ = 0;
};

class Database {
  public:
    /// Opens or creates the file, for its owner alone.
    Database(const std::filesystem::path& file, int busyMilliseconds);

    void execute(const std::string& sql);

    template <class... Arguments>
    Statement query(std::string_view sql, const Arguments&... arguments) {
        Statement statement(handle_.get(), sql);
        (statement.bind(arguments), ...);
        return statement;
    }
    /// Runs to the end; gives the number of rows that were changed.
    template <class... Arguments>
    int run(std::string_view sql, const Arguments&... arguments) {
        Statement statement = query(sql, arguments...);
        while (statement.step()) {
        }
        return changes();
    }

  private:
    int changes() const noexcept;

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

}  // namespace ukey::enrolment
