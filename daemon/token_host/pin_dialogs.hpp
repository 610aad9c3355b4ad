// The operations that need a PIN: ask in a dialog, then let the driver try it, once. A page that calls again
// and again gets a dialog each time, and the user sees the tries that are left; nothing here loops over
// tries. A PIN that a maker set is tried without a question, once for each token.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <set>
#include <string>

#include "tokenlib/pipe/messages.hpp"
#include "tokenlib/prompt/prompt.hpp"
#include "tokenlib/token/driver.hpp"
#include "tokenlib/token/pin_operations.hpp"

namespace ukey::token_host {

class PinDialogs {
  public:
    /// Told when a dialog opens, when it is overlooked and when no longer, when it closes, and when none
    /// follows any more.
    using OnDialog = std::function<void(pipe::Dialog)>;

    /// Told what ukeyd hears of one request while it goes on.
    struct Told {
        OnDialog dialog;
        std::function<void()> pinChanged;
    };

    PinDialogs(token::Driver& driver, prompt::Prompter& prompter) : driver_(driver), prompter_(prompter) {}

    boost::asio::awaitable<void> run(token::VerifyPin op, Told told);
    boost::asio::awaitable<void> run(token::ChangePin op, Told told);
    boost::asio::awaitable<void> run(token::UnlockPin op, Told told);
    boost::asio::awaitable<void> run(token::UnlockPinWith op, Told told);
    boost::asio::awaitable<void> run(token::UnlockResponse op, Told told);

  private:
    boost::asio::awaitable<Secret> change(token::ChangePin op, Told told);
    boost::asio::awaitable<void> changeAndLogIn(token::VerifyPin op, Told told);

    token::Driver& driver_;
    prompt::Prompter& prompter_;
    std::set<std::string> disproved_;  ///< Tokens that said that they have their maker's PIN and had not.
};

}  // namespace ukey::token_host
