// Which answers of RAs were written within the last day, so that a page whose result was lost on the way gets
// it when it asks again.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::enrolment {

struct Answer {
    std::string enrolment;
    std::string origin;
    Bytes digest;            ///< Of what the page handed over.
    std::string container;   ///< Where the certificates are,
    std::string thumbprint;  ///< and the signing one, by which the token is found.
    bool operator==(const Answer&) const = default;
};

/// `answered.db` in the folder of state, made with the first answer. Throws `internal` for what SQLite
/// reports.
class Answered {
  public:
    explicit Answered(std::filesystem::path folder) : folder_(std::move(folder)) {}

    void note(const Answer& answer, std::chrono::sys_seconds now);
    /// The same enrolment, origin and digest, noted less than a day ago.
    std::optional<Answer> find(const std::string& enrolment, const std::string& origin, const Bytes& digest,
                               std::chrono::sys_seconds now);

  private:
    bool open(bool make);

    std::filesystem::path folder_;
    std::unique_ptr<sqlite::Database> database_;
};

}  // namespace ukey::enrolment
