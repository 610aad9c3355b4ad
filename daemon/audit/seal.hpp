// How far the audit log has come, kept outside its file: who puts an older file back, takes it away, or
// begins a new one is found out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "daemon/policy/keyed_hash.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::audit {

/// A place in the chain: the number of the row that comes next, and the hash of the one before.
struct Place {
    std::int64_t next = 1;
    Bytes head;
    bool operator==(const Place&) const = default;
};

/// `audit-seal` in the state folder. It is written after the rows are on the disk: so it holds a place that
/// the log has reached for certain, however the program ended.
class Seal {
  public:
    explicit Seal(const std::filesystem::path& folder) : file_(folder / "audit-seal") {}

    static bool isIn(const std::filesystem::path& folder);

    /// The place that the log must have reached. Nothing when there is no seal, or one that this installation
    /// did not write.
    std::optional<Place> read(const policy::KeyedHash& key) const;
    bool exists() const;

    /// Throws ukey::Error (internal).
    void write(const policy::KeyedHash& key, const Place& reached) const;

  private:
    std::filesystem::path file_;
};

}  // namespace ukey::audit
