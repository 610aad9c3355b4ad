// What users granted to origins that no rule names: kept in the state folder, listed and revoked by
// `ukeyctl origins`.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "daemon/policy/scopes.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::policy {

struct Grant {
    std::string origin;
    Scopes scopes;
    std::string since;  ///< When the first of them was granted; RFC 3339, UTC.
};

/// Several processes may use it; what another one revoked counts from the next question on. Any thread may
/// use it; all but known() may wait for the disk. Throws ukey::Error (internal, busy, bad-request for a file
/// that others could change).
class Grants {
  public:
    /// `grants.db` in the folder, made with the first grant. Without a folder they are kept in memory. A row
    /// counts only when it was written under the same secret; others are told in the log.
    Grants(std::filesystem::path folder, ByteView installSecret);
    ~Grants();
    Grants(Grants&&) noexcept;
    Grants& operator=(Grants&&) noexcept;

    Scopes of(const std::string& origin);
    /// As at the last question or change, without a look into the file.
    Scopes known(const std::string& origin) const;
    /// Makes a grant known that is about to be added; does not wait for the disk either.
    void expect(const std::string& origin, Scopes scopes);
    void add(const std::string& origin, Scopes scopes);
    /// By origin.
    std::vector<Grant> list();
    /// Whether there was anything to revoke.
    bool revoke(const std::string& origin);
    bool revoke(const std::string& origin, Scope scope);

  private:
    class Store;
    std::unique_ptr<Store> store_;
};

}  // namespace ukey::policy
