// Why a login is refused.
#pragma once

#include <cstdint>
#include <string_view>

namespace ukey::login_check {

/// Each reason has its own name, because each asks something else of the user or of the hotline.
enum class Refusal : std::uint8_t {
    unknownChallenge,      ///< Not issued by this site, or to another browser.
    usedChallenge,         ///< A challenge serves one attempt.
    expiredChallenge,      ///< Answered too late.
    badFormat,             ///< The answer is not of the format "ukey-auth:2".
    badCertificate,        ///< Not one X.509 certificate in PEM.
    unsupportedAlgorithm,  ///< A key or an algorithm that this site does not take, or that do not fit
                           ///< together.
    unknownIssuer,         ///< No chain to one of the site's own anchors.
    notYetValid,
    expired,
    wrongUsage,   ///< Not a signing certificate (digitalSignature) for persons.
    crlMissing,   ///< No revocation list of the issuer at hand.
    crlInvalid,   ///< A revocation list that its issuer did not sign.
    crlOutdated,  ///< The newest revocation list has passed its nextUpdate, or is of the future.
    revoked,
    badSignature,  ///< Not made with the certificate's key for this site and this challenge.
};

/// "unknown-challenge", "used-challenge", and so on.
std::string_view toString(Refusal refusal) noexcept;

}  // namespace ukey::login_check
