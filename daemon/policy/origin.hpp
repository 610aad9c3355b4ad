// Web origins as a browser writes them (RFC 6454, HTML "ASCII serialisation of an origin"), and the patterns
// that policy compares them with (security.md 2-4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ukey::policy {

/// A tuple origin. Opaque ones ("null"), file: and the like have no such form and are nobody.
struct Origin {
    std::string scheme;
    std::string host;                   ///< Lower case, A-labels; an IPv6 address with its brackets.
    std::optional<std::uint16_t> port;  ///< Absent: the scheme's default.

    /// Reads only what a browser would send: lower case, no default port, no path, no trailing dot. Anything
    /// else is no origin, so a header that was made up differently never equals a policy entry.
    static std::optional<Origin> parse(std::string_view text);

    /// scheme://host[:port]
    std::string text() const;
    bool operator==(const Origin&) const = default;
};

/// One entry of the policy: an origin, or one whose first host label is an explicit `*`, which stands for
/// exactly one label.
class OriginPattern {
  public:
    /// Upper case and a default port are put into the browser's form. Throws ukey::Error (bad-request) that
    /// says what is wrong: "*", "null", a path, a name that is not in its ASCII form, a wildcard elsewhere or
    /// over a public suffix.
    static OriginPattern parse(std::string_view text);

    bool matches(const Origin& origin) const;
    bool isWildcard() const noexcept { return wildcard_; }
    /// The canonical text; equal for patterns that match the same origins.
    std::string text() const;
    bool operator==(const OriginPattern&) const = default;

  private:
    Origin origin_;  ///< With a wildcard: the host without its first label.
    bool wildcard_ = false;
};

}  // namespace ukey::policy
