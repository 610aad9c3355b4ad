// Which of a token's key pairs are shown as what, while an enrolment is under way and after it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/enrolment/record.hpp"

namespace ukey::enrolment {

enum class Visibility : std::uint8_t {
    shown,
    history,  ///< An encryption pair that is kept for old files.
    hidden,   ///< Not proven yet, or retired.
};

/// What the journal says of one token, at one moment.
class TokenView {
  public:
    TokenView() = default;
    TokenView(std::optional<Record> pending, std::vector<std::string> history,
              std::vector<FormerCertificate> former = {})
        : pending_(std::move(pending)), history_(std::move(history)), former_(std::move(former)) {}

    Visibility of(const token::KeyRef& key) const;
    /// DER of those that the container's keys had before: files that were sealed then name them.
    std::vector<Bytes> formerCertificates(const std::string& container) const;

  private:
    std::optional<Record> pending_;
    std::vector<std::string> history_;
    std::vector<FormerCertificate> former_;
};

}  // namespace ukey::enrolment
