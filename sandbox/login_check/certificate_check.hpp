// Whether a certificate is one of ours, in force and meant for logging in.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/login_check/openssl_ptr.hpp"
#include "sandbox/login_check/refusal.hpp"

namespace ukey::login_check {

using Time = std::chrono::system_clock::time_point;

/// Whom the site trusts. An answer brings only the holder's certificate, so the site knows the issuing CAs
/// too.
struct Trust {
    std::vector<std::string> anchors;        ///< PEM, one certificate each; roots.
    std::vector<std::string> intermediates;  ///< PEM, one certificate each.
    /// The newest revocation lists (DER) of the anchors and intermediates. Asked at every login, so that a
    /// new list counts at once; keep them at hand, do not fetch them here.
    std::function<std::vector<std::vector<std::uint8_t>>()> revocationLists;
};

/// What the certificate is shown for.
enum class Use : std::uint8_t {
    signing,  ///< A login, a signature.
    sealing,  ///< Files that its holder shall open.
};

class CertificateCheck {
  public:
    /// Throws std::invalid_argument when a certificate of `trust` cannot be read or no anchor is given.
    explicit CertificateCheck(const Trust& trust);

    /// Nothing when all is well. Checks usage, chain, validity and revocation of every certificate below the
    /// anchor.
    std::optional<Refusal> check(X509* certificate, Time now, Use use = Use::signing) const;

  private:
    std::optional<Refusal> checkChain(X509* certificate, Time now, CertificateStackPtr& chain) const;
    std::optional<Refusal> checkRevocation(STACK_OF(X509) * chain, Time now) const;

    StorePtr anchors_;
    CertificateStackPtr intermediates_;
    std::function<std::vector<std::vector<std::uint8_t>>()> revocationLists_;
};

}  // namespace ukey::login_check
