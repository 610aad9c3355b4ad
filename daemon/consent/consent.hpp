// The user's own yes, in a dialog outside the browser, where policy wants one: a signature with `confirm:
// each`, or grants for an origin that policy does not name.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/consent/turns.hpp"
#include "daemon/policy/scopes.hpp"
#include "tokenlib/base/messages.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey::consent {

/// Whose dialog it is.
struct Asker {
    Language language = Language::english;
    std::string origin;
    Kind kind = Kind::stranger;
    prompt::OnOverlooked onOverlooked;  ///< Not called any more when the call for the dialog has ended.
};

/// Held by whoever's turn it is, and told how the windows lie that are shown meanwhile.
using Turn = std::shared_ptr<prompt::Sight>;

/// What the dialog for a signature says. `pageText` is the page's own word and set apart as such.
struct SignatureQuestion {
    Asker asker;
    std::string operation;  ///< Key of the message catalogue, e.g. "operation.sign".
    std::string tokenLabel;
    std::string tokenSerial;
    std::string certificate;
    std::string note;  ///< A line of ours, e.g. the digest; may be empty.
    std::string pageText;
};

/// Shows one dialog at a time; the next waits for its turn, one of each site (security.md 20). All throw
/// user-cancelled, prompt-timeout, prompt-unavailable; busy while the site has another waiting; rate-limited
/// when the user left its dialogs unanswered again and again. A cancelled coroutine closes its dialog.
class Consent {
  public:
    using MakePrompter = std::function<std::unique_ptr<prompt::Prompter>()>;

    Consent(boost::asio::any_io_executor executor, MakePrompter makePrompter, std::chrono::seconds timeout);
    ~Consent();
    Consent(const Consent&) = delete;
    Consent& operator=(const Consent&) = delete;

    boost::asio::awaitable<void> signature(SignatureQuestion question);
    /// What is still to be asked when the dialog's turn comes; nothing means that none is needed any more.
    /// May throw.
    using StillMissing = std::function<policy::Scopes()>;
    /// `missing` must live as long as the coroutine.
    boost::asio::awaitable<void> access(Asker asker, const StillMissing& missing);

    /// Whether the page, where the site meets this bridge first, shows the same code.
    boost::asio::awaitable<void> identity(Asker asker, std::string code);

    /// A dialog that a token host shows. `dialog` gets the turn and lets it go when the last of its dialogs
    /// has closed: what the driver does then is nobody else's delay.
    using HostedDialog = std::function<boost::asio::awaitable<void>(Turn turn)>;
    boost::asio::awaitable<void> hosted(Asker asker, HostedDialog dialog);

  private:
    class Dialogs;
    std::shared_ptr<Dialogs> dialogs_;
};

}  // namespace ukey::consent
