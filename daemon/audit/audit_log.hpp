// The audit log of one user: `audit.db` in the state folder, and archives of what was rotated out of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/audit/chain.hpp"

namespace ukey::audit {

struct AuditLimits {
    std::int64_t rows = 100'000;  ///< So many stay in the database; a tenth more sets off a rotation.
    std::size_t archives = 9;     ///< Older files audit-FIRST-LAST.jsonl are deleted.
};

/// The operation of the row with which the program begins to write into a file that is not the one it left.
inline constexpr std::string_view kBroken = "audit-broken";

/// What a look along the whole chain found.
struct Finding {
    bool intact = true;
    std::int64_t rows = 0;      ///< That were looked at, archives included.
    std::int64_t firstBad = 0;  ///< Number of the first row that is missing, added or changed.
};

/// Several processes may use it. All of it throws ukey::Error: internal for what SQLite reports, busy when
/// another process does not let go.
class AuditLog {
  public:
    /// Opens, and makes, the file.
    AuditLog(std::filesystem::path folder, ByteView installSecret, AuditLimits limits = {});
    ~AuditLog();
    AuditLog(const AuditLog&) = delete;
    AuditLog& operator=(const AuditLog&) = delete;

    static std::filesystem::path fileIn(const std::filesystem::path& folder);
    /// Whether there is a log, or a trace of one.
    static bool isIn(const std::filesystem::path& folder);

    /// All in one transaction; gives the rows that were written.
    std::vector<Row> write(std::vector<Entry> entries);

    /// Every row, oldest first, archives before the database.
    void forEach(const std::function<void(const Row&)>& look);

    /// The newest rows of the database, oldest first.
    std::vector<Row> newest(std::int64_t count);

    Finding verify();

  private:
    class Store;
    std::unique_ptr<Store> store_;
};

}  // namespace ukey::audit
