// Operations that need a PIN. The token host asks for it in its own dialog; only the text of the question
// crosses the pipe, never a PIN (docs/ARCHITECTURE.md) - but for UnlockPinWith, the one exception.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tokenlib/base/secret.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::token {

/// What the dialog tells the user. All of it is shown as plain text after ukey::printable().
struct PromptContext {
    std::string locale;  ///< "zh-CN" or "en".
    std::string origin;  ///< The verified origin that asks; "ukeyctl" for the command line.
    std::string
        operation;  ///< Key of the message catalogue that says what the PIN is for, e.g. "operation.login".
    std::string certificate;  ///< Subject of the certificate that will be used; may be empty.
    std::uint32_t timeoutSeconds = 120;
    std::string allows =
        {};  ///< What the PIN allows and until when, in the language of `locale`; may be empty.
    /// What the maker of this model sets on every token, and so no secret: it is named, and never asked for
    /// where the token says that it still has it. Empty where it is not known.
    std::string initialPin = {};
};

/// Asks for the user PIN, once, and logs in. Answers user-cancelled, prompt-timeout, prompt-unavailable,
/// pin-incorrect, pin-locked (without asking when it is locked already), pin-too-short (nothing was tried).
struct VerifyPin {
    static constexpr std::string_view kName = "verify-pin";
    using Result = Nothing;
    std::string token;
    PromptContext prompt;
    /// As ChangePin, and logs in with the new PIN without asking for it again.
    bool changeFirst = false;
};

/// Asks for the old and, twice, for the new user PIN. The maker's is checked by a login instead of being
/// asked for, which may be left behind, also by a VerifyPin that changes first and fails: the caller ends it
/// where nobody's is meant to be there.
struct ChangePin {
    static constexpr std::string_view kName = "change-pin";
    using Result = Nothing;
    std::string token;
    PromptContext prompt;
};

/// Asks for the administrator PIN and, twice, for a new user PIN; unlocks.
struct UnlockPin {
    static constexpr std::string_view kName = "unlock-pin";
    using Result = Nothing;
    std::string token;
    PromptContext prompt;
};

/// Unlocks with an administrator PIN that an RA sealed for this one unlock; the dialog asks for the new user
/// PIN alone, twice. The only operation that carries a PIN: moves only, and is wiped on both sides of the
/// pipe as soon as it was written and read. Answers as UnlockPin does.
struct UnlockPinWith {
    static constexpr std::string_view kName = "unlock-pin-with";
    using Result = Nothing;
    std::string token;
    PromptContext prompt;
    Secret administratorPin;
};

/// Second half of the maker's remote unlock: the RA's response, which holds the new PIN in the maker's own
/// form (SKF_RemoteUnblockPIN). The dialog asks whether it shall be done. Answers as UnlockPin does.
struct UnlockResponse {
    static constexpr std::string_view kName = "unlock-response";
    using Result = Nothing;
    std::string token;
    Bytes response;
    PromptContext prompt = {};
};

}  // namespace ukey::token
