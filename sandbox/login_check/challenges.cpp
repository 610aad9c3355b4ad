#include "sandbox/login_check/challenges.hpp"

#include <openssl/rand.h>
#include <sqlite3.h>

#include <stdexcept>
#include <vector>

#include "sandbox/login_check/encoding.hpp"

namespace ukey::login_check {
namespace {

constexpr std::size_t kChallengeOctets = 33;
constexpr int kBusyMilliseconds = 5000;
/// How long an expired challenge is remembered, so that its late answer gets a truthful refusal.
constexpr std::int64_t kMemorySeconds = 24 * 60 * 60;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

/// One statement with its arguments bound, in order.
class Statement {
  public:
    Statement(sqlite3* database, const char* sql) : database_(database) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) != SQLITE_OK) fail();
        statement_.reset(statement);
    }
    Statement& bind(const std::string& text) {
        if (sqlite3_bind_text(statement_.get(), ++bound_, text.data(), static_cast<int>(text.size()),
                              SQLITE_TRANSIENT) != SQLITE_OK) {
            fail();
        }
        return *this;
    }
    Statement& bind(std::int64_t number) {
        if (sqlite3_bind_int64(statement_.get(), ++bound_, number) != SQLITE_OK) fail();
        return *this;
    }
    /// Whether there is a row.
    bool step() {
        const int result = sqlite3_step(statement_.get());
        if (result != SQLITE_ROW && result != SQLITE_DONE) fail();
        return result == SQLITE_ROW;
    }
    std::int64_t number(int column) { return sqlite3_column_int64(statement_.get(), column); }

  private:
    [[noreturn]] void fail() { throw std::runtime_error(sqlite3_errmsg(database_)); }

    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bound_ = 0;
};

std::int64_t seconds(Challenges::Time time) { return std::chrono::system_clock::to_time_t(time); }

}  // namespace

void Challenges::Close::operator()(sqlite3* database) const noexcept { sqlite3_close(database); }

Challenges::Challenges(const std::filesystem::path& file, std::chrono::seconds lifetime)
    : lifetime_(lifetime) {
    sqlite3* database = nullptr;
    const int result = sqlite3_open(file.string().c_str(), &database);
    database_.reset(database);
    if (result != SQLITE_OK) throw std::runtime_error("cannot open " + file.string());
    sqlite3_busy_timeout(database, kBusyMilliseconds);
    Statement(database,
              "CREATE TABLE IF NOT EXISTS challenge (text TEXT PRIMARY KEY, visitor TEXT NOT NULL, "
              "expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID")
        .step();
}

Challenges::~Challenges() = default;

Challenge Challenges::issue(const std::string& visitor, Time now) {
    Statement(database_.get(), "DELETE FROM challenge WHERE expires < ?")
        .bind(seconds(now) - kMemorySeconds)
        .step();
    std::vector<std::uint8_t> random(kChallengeOctets);
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        throw std::runtime_error("no random numbers");
    }
    Challenge challenge{encodeBase64Url(random), now + lifetime_};
    Statement(database_.get(), "INSERT INTO challenge (text, visitor, expires) VALUES (?, ?, ?)")
        .bind(challenge.text)
        .bind(visitor)
        .bind(seconds(challenge.expires))
        .step();
    return challenge;
}

ChallengeState Challenges::take(const std::string& text, const std::string& visitor, Time now) {
    // One statement, so that of two answers at the same time only one finds the challenge unused.
    Statement update(database_.get(),
                     "UPDATE challenge SET used = 1 WHERE text = ? AND visitor = ? AND used = 0 "
                     "RETURNING expires");
    if (update.bind(text).bind(visitor).step()) {
        return update.number(0) >= seconds(now) ? ChallengeState::fresh : ChallengeState::expired;
    }
    Statement select(database_.get(), "SELECT used FROM challenge WHERE text = ? AND visitor = ?");
    return select.bind(text).bind(visitor).step() ? ChallengeState::used : ChallengeState::unknown;
}

}  // namespace ukey::login_check
