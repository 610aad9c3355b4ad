// The enrolments of one user: their journal in the folder of state, opened when it is first needed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/enrolment/journal.hpp"
#include "tokenlib/enrolment/visibility.hpp"
#include "tokenlib/enrolment/work_lock.hpp"

namespace ukey::enrolment {

class Desk {
  public:
    explicit Desk(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Makes the journal where there is none. Throws `internal`.
    Journal& journal();

    /// As the journal's, but where nothing was ever written down none is made.
    std::optional<Record> find(const std::string& id);
    std::vector<Record> all();

    /// Throws `busy` while somebody else works on an enrolment of the token.
    WorkLock lock(const token::Identity& token) const;

    /// What is to be shown of a token; everything where the journal cannot be read, which the log tells.
    TokenView viewOf(const token::Identity& token);

  private:
    const std::filesystem::path& folder() const;
    bool hasJournal() const;

    std::filesystem::path folder_;
    std::unique_ptr<Journal> journal_;
};

}  // namespace ukey::enrolment
