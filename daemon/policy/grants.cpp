#include "daemon/policy/grants.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "daemon/policy/keyed_hash.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::policy {

using sqlite::Database;
using sqlite::Statement;

namespace {

constexpr int kBusyMilliseconds = 2000;
constexpr std::size_t kShown = 100;

std::string now() {
    return pki::toRfc3339(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

}  // namespace

class Grants::Store {
  public:
    Store(std::filesystem::path folder, ByteView installSecret)
        : folder_(std::move(folder)), key_(KeyedHash::derived(installSecret, "ukey.v1 grants")) {}

    using Map = std::map<std::string, Grant>;

    Map grants() {
        const std::lock_guard working(file_);
        if (open(/*make=*/false)) refresh();
        const std::lock_guard looking(map_);
        return grants_;
    }

    Scopes known(const std::string& origin) const {
        const std::lock_guard looking(map_);
        const auto found = grants_.find(origin);
        return found == grants_.end() ? Scopes() : found->second.scopes;
    }

    void expect(const std::string& origin, Scopes scopes) {
        const std::lock_guard looking(map_);
        addTo(grants_, origin, scopes, {});
    }

    void add(const std::string& origin, Scopes scopes) {
        const std::lock_guard working(file_);
        const std::string time = now();
        if (!open(/*make=*/true)) {
            const std::lock_guard looking(map_);
            return addTo(grants_, origin, scopes, time);
        }
        write(origin, scopes, time);
        read();
    }

    bool revoke(const std::string& origin) {
        const std::lock_guard working(file_);
        if (!open(/*make=*/false)) {
            const std::lock_guard looking(map_);
            return grants_.erase(origin) > 0;
        }
        const bool any = database_->run("DELETE FROM grants WHERE origin = ?", origin) > 0;
        read();
        return any;
    }

    bool revoke(const std::string& origin, Scope scope) {
        const std::lock_guard working(file_);
        if (!open(/*make=*/false)) {
            const std::lock_guard looking(map_);
            return takeFrom(grants_, origin, scope);
        }
        const bool any =
            database_->run("DELETE FROM grants WHERE origin = ? AND scope = ?", origin, toString(scope)) > 0;
        read();
        return any;
    }

  private:
    void refresh() {
        Statement version = database_->query("PRAGMA data_version");
        const std::int64_t seen = version.step() ? version.number(0) : 0;
        if (!fresh_ || seen != seen_) read();
        seen_ = seen;
    }

    void write(const std::string& origin, Scopes scopes, const std::string& time) {
        sqlite::Transaction transaction(*database_);
        for (const Scope scope : scopes.list())
            database_->run("INSERT OR REPLACE INTO grants(origin, scope, granted, proof) VALUES(?,?,?,?)",
                           origin, toString(scope), time, proofOf(origin, toString(scope), time));
        transaction.commit();
    }

    static void addTo(Map& grants, const std::string& origin, Scopes scopes, const std::string& time) {
        Grant& grant = grants[origin];
        grant.origin = origin;
        grant.scopes.add(scopes);
        if (grant.since.empty()) grant.since = time;
    }

    static bool takeFrom(Map& grants, const std::string& origin, Scope scope) {
        const auto found = grants.find(origin);
        if (found == grants.end() || !found->second.scopes.has(scope)) return false;
        Scopes left;
        for (const Scope other : found->second.scopes.list()) {
            if (other != scope) left.add(other);
        }
        found->second.scopes = left;
        return true;
    }

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
            " granted TEXT NOT NULL, proof BLOB NOT NULL DEFAULT x'', PRIMARY KEY(origin, scope)) WITHOUT "
            "ROWID;");
        addProofs();
        return true;
    }

    /// An older program wrote rows without; nobody can tell them from rows that anybody wrote.
    void addProofs() {
        bool there = false;
        Statement columns = database_->query("SELECT name FROM pragma_table_info('grants')");
        while (columns.step()) there = there || columns.text(0) == "proof";
        if (!there) database_->execute("ALTER TABLE grants ADD COLUMN proof BLOB NOT NULL DEFAULT x''");
    }

    Bytes proofOf(std::string_view origin, std::string_view scope, std::string_view granted) const {
        const std::array<std::string_view, 3> parts{origin, scope, granted};
        return key_.of(parts);
    }

    void read() {
        Map found;
        Statement rows =
            database_->query("SELECT origin, scope, granted, proof FROM grants ORDER BY granted");
        while (rows.step()) {
            const auto scope = scopeFrom(rows.text(1));
            if (!scope || kAdministratorsScopes.has(*scope)) continue;
            if (equalInConstantTime(rows.blob(3), proofOf(rows.text(0), rows.text(1), rows.text(2)))) {
                addTo(found, rows.text(0), {*scope}, rows.text(2));
            } else {
                spdlog::warn("a grant of {} to \"{}\" was not made by this program and does not count",
                             printable(rows.text(1), kShown), printable(rows.text(0), kShown));
            }
        }
        fresh_ = true;
        const std::lock_guard looking(map_);
        grants_ = std::move(found);
    }

    std::filesystem::path folder_;
    KeyedHash key_;
    std::optional<Database> database_;
    std::mutex file_;         ///< Held while the file is used.
    mutable std::mutex map_;  ///< Held for a look at what is known.
    Map grants_;
    std::int64_t seen_ = 0;
    bool fresh_ = false;
};

Grants::Grants(std::filesystem::path folder, ByteView installSecret)
    : store_(std::make_unique<Store>(std::move(folder), installSecret)) {}
Grants::~Grants() = default;
Grants::Grants(Grants&&) noexcept = default;
Grants& Grants::operator=(Grants&&) noexcept = default;

Scopes Grants::of(const std::string& origin) {
    const auto grants = store_->grants();
    const auto found = grants.find(origin);
    return found == grants.end() ? Scopes() : found->second.scopes;
}

Scopes Grants::known(const std::string& origin) const { return store_->known(origin); }

void Grants::expect(const std::string& origin, Scopes scopes) { store_->expect(origin, scopes); }

void Grants::add(const std::string& origin, Scopes scopes) { store_->add(origin, scopes); }

std::vector<Grant> Grants::list() {
    std::vector<Grant> list;
    for (const auto& [origin, grant] : store_->grants()) list.push_back(grant);
    return list;
}

bool Grants::revoke(const std::string& origin) { return store_->revoke(origin); }
bool Grants::revoke(const std::string& origin, Scope scope) { return store_->revoke(origin, scope); }

}  // namespace ukey::policy
