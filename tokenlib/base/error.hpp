// The one error type of the project: a stable code that pages and administrators can rely on, and detail for
// the log.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ukey {

/// Every way in which an operation can fail, as far as a caller can tell the ways apart.
/// The names on the wire (`toString`) are fixed by the protocol `ukey.v1`.
enum class ErrorCode : std::uint8_t {
    badRequest,
    helloRequired,
    originDenied,
    scopeDenied,
    userCancelled,
    promptTimeout,
    promptUnavailable,
    tokenNotFound,
    tokenRemoved,
    tokenFull,
    tokenBlank,
    certificateNotFound,
    certificateMismatch,
    pinRequired,
    pinIncorrect,
    pinLocked,
    pinTooShort,
    driverMissing,
    driverBitness,
    driverTimeout,
    driverCrashed,
    driverError,
    unsupported,
    busy,
    tooLarge,
    rateLimited,
    enrolmentNotFound,
    enrolmentConflict,
    unlockNotFound,
    unlockExpired,
    unlockMismatch,
    unlockInvalid,
    reservedMessage,
    recipientNotFound,
    contentCorrupt,
    internal,
};

/// The code's name on the wire, e.g. "pin-incorrect".
std::string_view toString(ErrorCode code) noexcept;

/// The code of a wire name; nothing when there is no such code.
std::optional<ErrorCode> errorCodeFrom(std::string_view name) noexcept;

/// Whether the same call may succeed when the caller simply tries again (after the user did what the hint
/// says).
bool isRetryable(ErrorCode code) noexcept;

/// Why a certificate does not fit (certificate-mismatch); the names on the wire are fixed by the protocol.
enum class Reason : std::uint8_t {
    key,          ///< For another key.
    usage,        ///< May not do what it came for.
    expired,      ///< No longer valid.
    notYetValid,  ///< Valid only later.
    chain,        ///< Does not lead to an issuer that counts.
    extension,    ///< Holds a critical extension that nobody here knows.
    malformed,    ///< Is no certificate, or not as one has to be.
};

inline constexpr Reason kLastReason = Reason::malformed;

/// The reason's name on the wire, e.g. "not-yet-valid".
std::string_view toString(Reason reason) noexcept;

/// Thrown by everything. `what()` is for the log: it may name functions and return codes of a vendor library,
/// never a secret, and is not shown to a page.
class Error : public std::runtime_error {
  public:
    Error(ErrorCode code, const std::string& detail) : std::runtime_error(detail), code_(code) {}

    ErrorCode code() const noexcept { return code_; }

    /// Tries left on the PIN that the call used, where the driver told.
    std::optional<unsigned> triesLeft() const noexcept { return triesLeft_; }
    Error& withTriesLeft(std::optional<unsigned> tries) {
        triesLeft_ = tries;
        return *this;
    }

    /// Whether pin-incorrect, pin-locked and the tries left speak of the administrator's PIN, not the user's.
    bool ofAdministratorPin() const noexcept { return administratorPin_; }
    Error& withAdministratorPin(bool isAdministrators = true) {
        administratorPin_ = isAdministrators;
        return *this;
    }

    /// What exactly is wrong, where the code alone leaves it open: a stable word of the protocol ("expired",
    /// "chain", …) that lives as long as the program; empty where there is none.
    std::string_view reason() const noexcept { return reason_; }
    Error& withReason(std::string_view reason) {
        reason_ = reason;
        return *this;
    }
    Error& withReason(Reason reason) { return withReason(toString(reason)); }

    /// The driver's own return code (SAR_*, CKR_*), for the log; 0 when there is none.
    std::uint64_t driverCode() const noexcept { return driverCode_; }
    Error& withDriverCode(std::uint64_t code) {
        driverCode_ = code;
        return *this;
    }

  private:
    ErrorCode code_;
    std::optional<unsigned> triesLeft_;
    std::string_view reason_;
    std::uint64_t driverCode_ = 0;
    bool administratorPin_ = false;
};

}  // namespace ukey
