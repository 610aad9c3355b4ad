#include "tokenlib/base/error.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ukey {
namespace {

struct Row {
    ErrorCode code;
    std::string_view name;
    bool retryable;
};

constexpr std::array kRows{
    Row{ErrorCode::badRequest, "bad-request", false},
    Row{ErrorCode::helloRequired, "hello-required", false},
    Row{ErrorCode::originDenied, "origin-denied", false},
    Row{ErrorCode::scopeDenied, "scope-denied", false},
    Row{ErrorCode::userCancelled, "user-cancelled", true},
    Row{ErrorCode::promptTimeout, "prompt-timeout", true},
    Row{ErrorCode::promptUnavailable, "prompt-unavailable", false},
    Row{ErrorCode::tokenNotFound, "token-not-found", true},
    Row{ErrorCode::tokenRemoved, "token-removed", true},
    Row{ErrorCode::tokenFull, "token-full", false},
    Row{ErrorCode::tokenBlank, "token-blank", false},
    Row{ErrorCode::certificateNotFound, "certificate-not-found", false},
    Row{ErrorCode::certificateMismatch, "certificate-mismatch", false},
    Row{ErrorCode::pinRequired, "pin-required", true},
    Row{ErrorCode::pinIncorrect, "pin-incorrect", true},
    Row{ErrorCode::pinLocked, "pin-locked", false},
    Row{ErrorCode::pinTooShort, "pin-too-short", true},
    Row{ErrorCode::driverMissing, "driver-missing", false},
    Row{ErrorCode::driverBitness, "driver-bitness", false},
    Row{ErrorCode::driverTimeout, "driver-timeout", true},
    Row{ErrorCode::driverCrashed, "driver-crashed", true},
    Row{ErrorCode::driverError, "driver-error", false},
    Row{ErrorCode::unsupported, "unsupported", false},
    Row{ErrorCode::busy, "busy", true},
    Row{ErrorCode::tooLarge, "too-large", false},
    Row{ErrorCode::rateLimited, "rate-limited", true},
    Row{ErrorCode::enrolmentNotFound, "enrolment-not-found", false},
    Row{ErrorCode::enrolmentConflict, "enrolment-conflict", false},
    Row{ErrorCode::unlockNotFound, "unlock-not-found", false},
    Row{ErrorCode::unlockExpired, "unlock-expired", false},
    Row{ErrorCode::unlockMismatch, "unlock-mismatch", true},
    Row{ErrorCode::unlockInvalid, "unlock-invalid", false},
    Row{ErrorCode::reservedMessage, "reserved-message", false},
    Row{ErrorCode::recipientNotFound, "recipient-not-found", true},
    Row{ErrorCode::contentCorrupt, "content-corrupt", false},
    Row{ErrorCode::internal, "internal", false},
};

constexpr bool rowsFollowTheEnum() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].code) != i) return false;
    }
    return kRows.size() == static_cast<std::size_t>(ErrorCode::internal) + 1;
}
static_assert(rowsFollowTheEnum());

}  // namespace

std::string_view toString(ErrorCode code) noexcept { return kRows[static_cast<std::size_t>(code)].name; }

std::optional<ErrorCode> errorCodeFrom(std::string_view name) noexcept {
    const auto* row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.name == name; });
    if (row == kRows.end()) return std::nullopt;
    return row->code;
}

bool isRetryable(ErrorCode code) noexcept { return kRows[static_cast<std::size_t>(code)].retryable; }

std::string_view toString(Reason reason) noexcept {
    switch (reason) {
        case Reason::key:
            return "key";
        case Reason::usage:
            return "usage";
        case Reason::expired:
            return "expired";
        case Reason::notYetValid:
            return "not-yet-valid";
        case Reason::chain:
            return "chain";
        case Reason::extension:
            return "extension";
        case Reason::malformed:
            break;
    }
    return "malformed";
}

}  // namespace ukey
