// The rows of the audit log and the chain of hashes through them (security.md 69).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/policy/keyed_hash.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::audit {

/// What a request did or was refused. Holds no payload and no PIN.
struct Entry {
    std::string origin;
    std::string operation;    ///< The method, or "connect".
    std::string token;        ///< Serial number.
    std::string certificate;  ///< Thumbprint, hexadecimal.
    std::string digest;       ///< Of what was signed, hexadecimal.
    std::string outcome;      ///< "ok", or the code of the error.
    bool operator==(const Entry&) const = default;
};

/// An entry in its place. `hash` is HMAC-SHA256 over the hash of the row before and all other fields, each
/// with its length before it, under a key of this installation.
struct Row {
    std::int64_t number = 0;
    std::string time;  ///< RFC 3339, UTC, milliseconds.
    Entry entry;
    Bytes hash;
    bool operator==(const Row&) const = default;
};

/// Walks along the chain.
class Chain {
  public:
    /// `hash` is that of the row before number `next`; empty before the first of all. `key` must outlive the
    /// chain.
    Chain(const policy::KeyedHash& key, std::int64_t next, Bytes hash)
        : key_(&key), next_(next), hash_(std::move(hash)) {}

    std::int64_t next() const noexcept { return next_; }
    const Bytes& hash() const noexcept { return hash_; }

    /// The next row, with its number and hash.
    Row append(std::string time, Entry entry);
    /// Whether the row is the next one and unchanged; then the chain stands behind it.
    bool accept(const Row& row);

  private:
    Bytes hashOf(const Row& row) const;

    const policy::KeyedHash* key_;
    std::int64_t next_;
    Bytes hash_;
};

/// One line of JSON, without the line's end.
std::string toJsonLine(const Row& row);
/// Throws ukey::Error (bad-request) for what is no such line.
Row fromJsonLine(std::string_view line);

}  // namespace ukey::audit
