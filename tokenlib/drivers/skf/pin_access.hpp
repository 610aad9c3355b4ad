// PINs of one application. What a library answers to a wrong or a locked PIN is not to be taken at its word:
// SKF_GetPINInfo decides.
#pragma once

#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/open_token.hpp"

namespace ukey::skf {

class PinAccess {
  public:
    PinAccess(Api& api, const SkfOptions& options, OpenToken& token)
        : api_(&api), options_(&options), token_(&token) {}

    token::PinState userState();
    token::PinState administratorState();

    void login(token::PinRole role, const Secret& pin);
    void change(token::PinRole role, const Secret& from, const Secret& to);
    void unblock(const Secret& administrator, const Secret& to);
    void remoteUnblock(ByteView response);

  private:
    /// What is known before the library is asked: an unusable PIN costs no try.
    static void requireUsable(const Secret& pin);
    void requireFit(const Secret& newPin) const;
    token::PinState stateOf(token::PinRole role);
    std::optional<PinCounters> counters(token::PinRole role);
    void requireUnlocked(token::PinRole role);
    /// The error that a PIN call ends with.
    Error explained(token::PinRole role, const Error& error);

    Api* api_;
    const SkfOptions* options_;
    OpenToken* token_;
};

}  // namespace ukey::skf
