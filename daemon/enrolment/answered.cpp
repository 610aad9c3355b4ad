#include "daemon/enrolment/answered.hpp"

namespace ukey::enrolment {
namespace {

constexpr int kBusyMilliseconds = 2000;
constexpr std::chrono::hours kDay{24};

std::int64_t seconds(std::chrono::sys_seconds time) { return time.time_since_epoch().count(); }

}  // namespace

bool Answered::open(bool make) {
    if (database_) return true;
    const auto file = folder_ / "answered.db";
    std::error_code ignored;
    if (folder_.empty() || (!make && !std::filesystem::exists(file, ignored))) return false;
    database_ = std::make_unique<sqlite::Database>(file, kBusyMilliseconds);
    database_->execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -64;"
        "CREATE TABLE IF NOT EXISTS answer (enrolment TEXT PRIMARY KEY, origin TEXT NOT NULL, digest BLOB "
        "NOT NULL,"
        " container TEXT NOT NULL, thumbprint TEXT NOT NULL, time INTEGER NOT NULL)");
    return true;
}

void Answered::note(const Answer& answer, std::chrono::sys_seconds now) {
    if (!open(/*make=*/true)) return;
    sqlite::Transaction transaction(*database_);
    database_->run("DELETE FROM answer WHERE time <= ?", seconds(now - kDay));
    database_->run("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)", answer.enrolment, answer.origin,
                   answer.digest, answer.container, answer.thumbprint, seconds(now));
    transaction.commit();
}

std::optional<Answer> Answered::find(const std::string& enrolment, const std::string& origin,
                                     const Bytes& digest, std::chrono::sys_seconds now) {
    if (!open(/*make=*/false)) return std::nullopt;
    auto row = database_->query(
        "SELECT container, thumbprint FROM answer WHERE enrolment = ? AND origin = ? AND digest = ? AND time "
        "> ?",
        enrolment, origin, digest, seconds(now - kDay));
    if (!row.step()) return std::nullopt;
    return Answer{enrolment, origin, digest, row.text(0), row.text(1)};
}

}  // namespace ukey::enrolment
