// The native dialogs: drawn outside the browser, by pinentry on Linux and by a window of this process on
// Windows. One interface for all systems.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/messages.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/prompt/sight.hpp"

namespace ukey::prompt {

/// What every dialog has. Texts are plain, lines end with \n; what comes from a page or a token has gone
/// through dialogText() (dialog_text.hpp).
struct Dialog {
    Language language = Language::english;
    std::string text;
    std::string error;   ///< Set apart by the dialog: what went wrong before, or a warning. May be empty.
    std::string label;   ///< Of the input field; empty: the catalogue's "PIN".
    std::string ok;      ///< Empty: the catalogue's.
    std::string cancel;  ///< Empty: the catalogue's.
    std::string model;   ///< Of the Ukey, whose picture is shown; may be empty.
    std::chrono::seconds timeout{120};
    /// Called on the executor, never after the dialog has ended; not at all where nobody knows how the window
    /// lies (other pinentries, a terminal). May be empty.
    OnOverlooked onOverlooked;
};

/// A PIN takes no more octets.
inline constexpr std::size_t kMaxPin = 255;
/// So often a new PIN is refused before that counts as a cancel.
inline constexpr int kNewPinRounds = 5;

/// Says why a new PIN is refused, in the dialog's language; empty when it is fine. May run on another thread
/// while the coroutine waits.
using NewPinCheck = std::function<std::string(const Secret&)>;

/// Every dialog throws user-cancelled (also when the coroutine is cancelled, which closes it at once),
/// prompt-timeout, or prompt-unavailable with what is missing in what(). One object shows one dialog after
/// the other; two at a time are two objects' business, and the caller's to forbid.
class Prompter {
  public:
    virtual ~Prompter() = default;

    /// At most 255 octets, UTF-8, in locked memory from the first read on.
    virtual boost::asio::awaitable<Secret> pin(Dialog dialog) = 0;

    /// Asks until both entries agree and `check` has nothing against them, at most a few rounds.
    virtual boost::asio::awaitable<Secret> newPin(Dialog dialog, NewPinCheck check) = 0;

    /// Returns when the user agreed; a "no" is user-cancelled.
    virtual boost::asio::awaitable<void> confirm(Dialog dialog) = 0;

    virtual boost::asio::awaitable<void> message(Dialog dialog) = 0;

    /// The index of the chosen item, of at least one.
    virtual boost::asio::awaitable<std::size_t> choose(Dialog dialog, std::vector<std::string> items) = 0;
};

/// The picture of a model, as an image file that stays in memory; empty where there is none.
using PictureOf = std::string_view (*)(std::string_view model) noexcept;

struct PromptSettings {
    std::string program;            ///< Configured pinentry; empty: the system's. Windows has none.
    std::string terminal;           ///< Device of the terminal, for when there is no display; may be empty.
    std::string terminalType;       ///< TERM of that terminal.
    PictureOf pictureOf = nullptr;  ///< For Windows, ukey-prompt has its own; may be null.
};

/// pinentry (Assuan) on Linux; finds the program when a dialog is opened, not before. On Windows a window on
/// a thread of its own, which ends with it.
std::unique_ptr<Prompter> makePrompter(boost::asio::any_io_executor executor, PromptSettings settings);

}  // namespace ukey::prompt
