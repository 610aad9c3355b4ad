#include "daemon/unlock/temporary_pins.hpp"

#include <spdlog/spdlog.h>

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "tokenlib/sqlite/database.hpp"

namespace ukey::unlock {
namespace {

constexpr int kBusyMilliseconds = 2000;

/// The driver, and the rest of the identity as one text: the serial number, the driver's name for the token
/// where it has none, and both for a twin.
using Key = std::pair<std::string, std::string>;

Key keyOf(const hosts::HostedToken& token) {
    const bool isTwin = !token.identity.serial.empty() && !token.identity.id.empty();
    return {token.driver, token.identity.serial + (isTwin ? "\n" : "") + token.identity.id};
}

}  // namespace

class TemporaryPins::Store {
  public:
    explicit Store(std::filesystem::path folder) : folder_(std::move(folder)) {}

    void add(const Key& key) {
        unwritten_.insert(key);
        if (!open(/*make=*/true)) return;
        database_->run("INSERT OR IGNORE INTO temporary_pins VALUES(?,?)", key.first, key.second);
        unwritten_.erase(key);
    }

    void remove(const Key& key) {
        unwritten_.erase(key);
        if (open(/*make=*/false))
            database_->run("DELETE FROM temporary_pins WHERE driver = ? AND token = ?", key.first,
                           key.second);
    }

    bool has(const Key& key) {
        if (unwritten_.contains(key)) return true;
        if (!open(/*make=*/false)) return false;
        return database_
            ->query("SELECT 1 FROM temporary_pins WHERE driver = ? AND token = ?", key.first, key.second)
            .step();
    }

  private:
    /// False when there is no file, and none is wanted.
    bool open(bool make) {
        if (database_) return true;
        if (folder_.empty()) return false;
        const auto file = folder_ / "temporary-pins.db";
        std::error_code ignored;
        if (!make && !std::filesystem::exists(file, ignored)) return false;
        sqlite::Database database(file, kBusyMilliseconds);
        database.execute(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64;"
            "CREATE TABLE IF NOT EXISTS temporary_pins(driver TEXT NOT NULL, token TEXT NOT NULL,"
            " PRIMARY KEY(driver, token)) WITHOUT ROWID;");
        database_ = std::move(database);
        return true;
    }

    std::filesystem::path folder_;
    std::optional<sqlite::Database> database_;
    std::set<Key> unwritten_;
};

TemporaryPins::TemporaryPins(std::filesystem::path folder)
    : store_(std::make_unique<Store>(std::move(folder))) {}
TemporaryPins::~TemporaryPins() = default;
TemporaryPins::TemporaryPins(TemporaryPins&&) noexcept = default;
TemporaryPins& TemporaryPins::operator=(TemporaryPins&&) noexcept = default;

void TemporaryPins::add(const hosts::HostedToken& token) noexcept try {
    store_->add(keyOf(token));
} catch (const std::exception& error) {
    spdlog::warn("a temporary PIN is known only until the end of this process: {}", error.what());
}

void TemporaryPins::remove(const hosts::HostedToken& token) noexcept try {
    store_->remove(keyOf(token));
} catch (const std::exception& error) {
    spdlog::warn("a changed temporary PIN stays on record: {}", error.what());
}

bool TemporaryPins::has(const hosts::HostedToken& token) noexcept try {
    return store_->has(keyOf(token));
} catch (const std::exception& error) {
    spdlog::warn("whether the PIN is a temporary one cannot be read: {}", error.what());
    return false;
}

}  // namespace ukey::unlock
