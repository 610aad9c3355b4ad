// The journal of enrolments of one user: a row for each that is under way, the retired containers that are
// kept for their encryption keys, and the certificates that kept keys had before.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::enrolment {

/// On the disk when a call returns (WAL, synchronous=FULL). Several processes may use it. Throws `internal`
/// for what SQLite reports, `busy` when another process does not let go of it.
class Journal {
  public:
    /// In `enrolments.db` of the folder, which is made if need be.
    explicit Journal(const std::filesystem::path& folder);

    static std::filesystem::path fileIn(const std::filesystem::path& folder);

    /// Throws enrolment-conflict when the token has one under way.
    void add(const Record& record);
    std::optional<Record> find(const std::string& id);
    std::optional<Record> ofToken(const token::Identity& token);
    /// Oldest first.
    std::vector<Record> all();

    /// Writes the record with its new step. Throws enrolment-conflict when it is no longer where this caller
    /// left it.
    void advance(Record& record, Step next);

    /// The enrolment is over.
    void remove(const Record& record);
    /// The same, and its old container is one that is kept from now on.
    void retire(const Record& record);
    /// The same, and kept keys go by their old certificates too from now on.
    void supersede(const Record& record);

    /// The token's retired containers, oldest first.
    std::vector<std::string> history(const token::Identity& token);
    void forgetHistory(const token::Identity& token, const std::string& container);
    /// What keys had before renewals that kept them, oldest first.
    std::vector<FormerCertificate> formerCertificates(const token::Identity& token);

  private:
    sqlite::Database database_;
};

}  // namespace ukey::enrolment
