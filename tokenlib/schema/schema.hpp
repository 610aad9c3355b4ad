// JSON documents against a JSON Schema (draft 7), with words for people about what does not fit.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ukey::schema {

/// The first thing that does not fit.
struct Complaint {
    std::string pointer;  ///< JSON pointer; empty: the document itself.
    std::string reason;   ///< What would fit, e.g. "must be one of deny, ask", or "is not a known key".
};

/// Another file that a schema refers to: the last part of the path in its "$ref".
struct ReferredFile {
    std::string_view name;
    std::string_view text;
};

/// A schema that is ready to check documents. Beside the keywords of the standard it knows `x-mustBe`: what a
/// value must be, in words, where its pattern or its choices say it to nobody. A `pattern` has a `maxLength`
/// beside it, which is looked at first: matching goes as deep as the text is long. `uniqueItems` and `format`
/// are words for readers here: the one costs more than the input is long, the other says what no code relies
/// on.
class Schema {
  public:
    /// Throws ukey::Error (internal) when a reference leads nowhere or back to itself.
    explicit Schema(std::string_view text, const std::vector<ReferredFile>& others = {});
    /// One that is part of a larger document, in which its references lead; neither is needed afterwards.
    Schema(const nlohmann::json& part, const nlohmann::json& document);
    ~Schema();
    Schema(const Schema&) = delete;
    Schema& operator=(const Schema&) = delete;

    bool accepts(const nlohmann::json& document) const;
    /// Nothing when it fits. To find what does not takes many times as long as accepts().
    std::optional<Complaint> complaintAbout(const nlohmann::json& document) const;

  private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace ukey::schema
