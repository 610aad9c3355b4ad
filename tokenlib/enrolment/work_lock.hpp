// Keeps two from working on the enrolment of one token at once: two tabs, or the daemon and ukeyctl.
#pragma once

#include <filesystem>

#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::enrolment {

/// Held while the object lives; a process that is killed lets go of it. It is held for the work, never while
/// an enrolment waits for its RA.
class WorkLock {
  public:
    /// Throws `busy` at once when somebody has it.
    WorkLock(const std::filesystem::path& folder, const token::Identity& token);

  private:
    sqlite::Database database_;
};

}  // namespace ukey::enrolment
