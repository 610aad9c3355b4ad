// Why the registration authority does not do what it is asked to.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ukey::ra {

enum class Reason : std::uint8_t {
    badPhone,
    badName,
    phoneTaken,
    codeWrong,        ///< A code that was never sent, or of somebody else.
    codeExpired,      ///< Ten minutes for a verification code, seven days for an authorisation code.
    codeLocked,       ///< Too many wrong tries; a new code has to be asked for.
    tooManyMessages,  ///< Messages to one phone in an hour.
    tooSoon,          ///< A code was sent a moment ago.
    loginRequired,
    orderNotFound,     ///< Also one of another account.
    orderState,        ///< Not possible in the state that the order is in.
    identityRequired,  ///< The account's identity was not checked yet.
    orderUsed,         ///< All tokens of the order have their certificates.
    badOrder,          ///< A quantity, an algorithm or a kind that is not offered.
    certificateNotFound,
    notDue,      ///< A renewal long before expiry.
    wrongToken,  ///< The token's serial number does not belong to the order.
    badCsr,      ///< Not signed with its own key, or of another algorithm than the order's.
    keyInUse,    ///< The request's key was certified before.
    badProof,    ///< The signature of the old key does not hold.
    issueNotFound,
    unlockNotFound,    ///< Also one of another account.
    unlockState,       ///< Not possible in the state that the unlock is in.
    unlockUsed,        ///< It was answered already, for another request.
    unlockLapsed,      ///< Approved too long ago.
    unlockWrongToken,  ///< The request is of another token than the approved one.
    badUnlockRequest,
    unlockRequestLate,  ///< The bridge's request is older than its ten minutes.
    unlockForm,         ///< The request does not offer the form that was asked for.
};

/// "bad-phone", "code-wrong", and so on.
std::string_view toString(Reason reason) noexcept;

struct ReasonText {
    std::string_view zh;
    std::string_view en;
};
/// What happened and what to do about it.
ReasonText textOf(Reason reason) noexcept;
/// The HTTP status that goes with it.
int statusOf(Reason reason) noexcept;

class Refused : public std::runtime_error {
  public:
    /// `retryAfter`: when the same may be asked again; 0: that depends on something else than time.
    explicit Refused(Reason reason, std::chrono::seconds retryAfter = {})
        : std::runtime_error(std::string(toString(reason))), reason_(reason), retryAfter_(retryAfter) {}
    Reason reason() const noexcept { return reason_; }
    std::chrono::seconds retryAfter() const noexcept { return retryAfter_; }

  private:
    Reason reason_;
    std::chrono::seconds retryAfter_;
};

}  // namespace ukey::ra
