#include "daemon/policy/grants.hpp"

#include <chrono>
#include <map>
#include <optional>

#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::policy {

using sqlite::Database;
using sqlite::Statement;

namespace {

constexpr int kBusyMilliseconds = 2000;

std::string now() {
    return pki::toRfc3339(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

}  // namespace

class Grants::Store {
  public:
    explicit Store(std::filesystem::path folder) : folder_(std::move(folder)) {}

    const std::map<std::string, Grant>& grants() {
        if (!open(/*make=*/false)) return grants_;
        Statement version = database_->query("PRAGMA data_version");
        const std::int64_t seen = version.step() ? version.number(0) : 0;
        if (!fresh_ || seen != seen_) read();
        seen_ = seen;
        return grants_;
    }

    void add(const std::string& origin, Scopes scopes) {
        const std::string time = now();
        if (!open(/*make=*/true)) {
            Grant& grant = grants_[origin];
            grant.origin = origin;
            grant.scopes.add(scopes);
            if (grant.since.empty()) grant.since = time;
            return;
        }
        fresh_ = false;
        sqlite::Transaction transaction(*database_);
        for (const Scope scope : scopes.list())
            database_->run("INSERT OR IGNORE INTO grants VALUES(?,?,?)", origin, toString(scope), time);
        transaction.commit();
    }

    bool revoke(const std::string& origin) {
        if (!open(/*make=*/false)) return grants_.erase(origin) > 0;
        fresh_ = false;
        return database_->run("DELETE FROM grants WHERE origin = ?", origin) > 0;
    }

    bool revoke(const std::string& origin, Scope scope) {
        if (open(/*make=*/false)) {
            fresh_ = false;
            return database_->run("DELETE FROM grants WHERE origin = ? AND scope = ?", origin,
                                  toString(scope)) > 0;
        }
        const auto found = grants_.find(origin);
        if (found == grants_.end() || !found->second.scopes.has(scope)) return false;
        Scopes left;
        for (const Scope other : found->second.scopes.list()) {
            if (other != scope) left.add(other);
        }
        found->second.scopes = left;
        return true;
    }

  private:
    /// False when there is no file, and none is wanted.
    bool open(bool make) {
        if (database_) return true;
        if (folder_.empty()) return false;
        const auto file = folder_ / "grants.db";
        std::error_code ignored;
        if (!make && !std::filesystem::exists(file, ignored)) return false;
        database_.emplace(file, kBusyMilliseconds);
        database_->execute(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64;"
            "CREATE TABLE IF NOT EXISTS grants(origin TEXT NOT NULL, scope TEXT NOT NULL,"
            " granted TEXT NOT NULL, PRIMARY KEY(origin, scope)) WITHOUT ROWID;");
        return true;
    }

    void read() {
        grants_.clear();
        Statement rows = database_->query("SELECT origin, scope, granted FROM grants ORDER BY granted");
        while (rows.step()) {
            const auto scope = scopeFrom(rows.text(1));
            if (!scope || kAdministratorsScopes.has(*scope)) continue;
            Grant& grant = grants_[rows.text(0)];
            grant.origin = rows.text(0);
            grant.scopes.add(*scope);
            if (grant.since.empty()) grant.since = rows.text(2);
        }
        fresh_ = true;
    }

    std::filesystem::path folder_;
    std::optional<Database> database_;
    std::map<std::string, Grant> grants_;
    std::int64_t seen_ = 0;
    bool fresh_ = false;
};

Grants::Grants(std::filesystem::path folder) : store_(std::make_unique<Store>(std::move(folder))) {}
Grants::~Grants() = default;
Grants::Grants(Grants&&) noexcept = default;
Grants& Grants::operator=(Grants&&) noexcept = default;

Scopes Grants::of(const std::string& origin) {
    const auto& grants = store_->grants();
    const auto found = grants.find(origin);
    return found == grants.end() ? Scopes() : found->second.scopes;
}

void Grants::add(const std::string& origin, Scopes scopes) { store_->add(origin, scopes); }

std::vector<Grant> Grants::list() {
    std::vector<Grant> list;
    for (const auto& [origin, grant] : store_->grants()) list.push_back(grant);
    return list;
}

bool Grants::revoke(const std::string& origin) { return store_->revoke(origin); }
bool Grants::revoke(const std::string& origin, Scope scope) { return store_->revoke(origin, scope); }

}  // namespace ukey::policy
