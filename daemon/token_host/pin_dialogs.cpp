#include "daemon/token_host/pin_dialogs.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/token_host/pin_rules.hpp"
#include "tokenlib/base/reasons.hpp"
#include "tokenlib/prompt/dialog_text.hpp"

namespace ukey::token_host {
namespace {

namespace asio = boost::asio;
using token::PinStatus;

/// Tells that a dialog is open for as long as it lives.
class OpenDialog {
  public:
    explicit OpenDialog(const PinDialogs::OnDialog& told, pipe::Dialog dialog = pipe::Dialog::open)
        : told_(told) {
        told_(dialog);
    }
    OpenDialog(const OpenDialog&) = delete;
    OpenDialog& operator=(const OpenDialog&) = delete;
    ~OpenDialog() { told_(pipe::Dialog::closed); }

  private:
    const PinDialogs::OnDialog& told_;
};

Error notTried(const token::PinState& state) {
    Error error(ErrorCode::pinTooShort, "the PIN has the wrong length, it was not tried");
    error.withTriesLeft(state.triesLeft);
    return error;
}

std::string pinRule(Language language, const token::PinState& state) {
    const std::string min = std::to_string(state.minLength);
    const std::string max = std::to_string(state.maxLength);
    return message(language, "dialog.pin-rule", {{"min", min}, {"max", max}});
}

/// One try of one PIN: whether it may be made, and what the user is asked and told before.
class PinTry {
  public:
    /// `role`: whose PIN is tried. Throws pin-locked when there is no try left.
    template <class Op>
    PinTry(token::Driver& driver, prompt::Prompter& prompter, const PinDialogs::OnDialog& onDialog,
           const Op& op, token::PinRole role)
        : driver_(driver),
          prompter_(prompter),
          onDialog_(onDialog),
          context_(op.prompt),
          language_(languageFrom(op.prompt.locale)),
          role_(role),
          info_(driver.describeToken({op.token})),
          state_(readState()) {
        refuseLocked();
    }

    /// The PIN is entered on the token itself.
    bool isOnKeypad() const { return info_.protectedAuthenticationPath; }
    const token::PinState& state() const { return state_; }

    /// Before a try that can lock the token the user says that it is meant. The last one of the user's PIN is
    /// never a page's: throws rate-limited (security.md 18).
    asio::awaitable<void> confirmLastTry() {
        if (state_.status != PinStatus::finalTry && state_.triesLeft != 1U) co_return;
        if (role_ == token::PinRole::user && prompt::isSite(context_.origin)) {
            Error error(ErrorCode::rateLimited, "the last try of a PIN is not a page's");
            error.withTriesLeft(state_.triesLeft);
            throw error;
        }
        prompt::Dialog dialog = about({"", message(language_, lastTry())}, state_.triesLeft);
        dialog.ok = message(language_, "dialog.try-anyway");
        const OpenDialog open(onDialog_);
        co_await prompter_.confirm(std::move(dialog));
    }

    /// How long a token says that its PINs are is not always true of the one in use: outside of it, the user
    /// says whether it is worth a try. Throws pin-too-short where it is not.
    asio::awaitable<void> confirmOddLength(const Secret& pin) {
        if (pin.empty()) throw notTried(state_);
        if (pin.size() >= state_.minLength && pin.size() <= state_.maxLength) co_return;
        const std::string min = std::to_string(state_.minLength);
        const std::string max = std::to_string(state_.maxLength);
        prompt::Dialog dialog = about(
            {"", message(language_, "dialog.odd-length", {{"min", min}, {"max", max}})}, state_.triesLeft);
        dialog.ok = message(language_, "dialog.try-anyway");
        const OpenDialog open(onDialog_);
        try {
            co_await prompter_.confirm(std::move(dialog));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::userCancelled) throw;
            throw notTried(state_);
        }
    }

    /// Whether the PIN is the one that the maker sets. It is tried without asking where the token says so,
    /// the PIN is known and nobody has tried a wrong one since: a token that says so wrongly loses one try,
    /// once. `disproved`: the tokens that said so wrongly.
    bool tryInitialPin(std::set<std::string>& disproved) {
        const std::string name = info_.id + '\n' + info_.serial;
        if (!mayTryInitialPin() || disproved.contains(name)) return false;
        try {
            driver_.login(info_.id, role_, initialPin());
        } catch (const Error& error) {
            // One that has to be changed before it lets anybody in; the change will check it.
            if (error.code() == ErrorCode::driverError) return true;
            if (error.code() != ErrorCode::pinIncorrect && error.code() != ErrorCode::pinTooShort) throw;
            disproved.insert(name);
            isInitialWrong_ = true;
            info_ = stillThere();
            state_ = readState();
            refuseLocked();
            return false;
        }
        return true;
    }

    /// The PIN that the maker sets, which is no secret; empty where it is not known.
    Secret initialPin() const { return Secret::copyOf(context_.initialPin); }

    asio::awaitable<void> confirm() {
        prompt::Dialog dialog = about({}, {});
        const OpenDialog open(onDialog_);
        co_await prompter_.confirm(std::move(dialog));
    }

    /// `label`: a key of the catalogue; empty: the usual one. `ifDefault`: the key of what is noted where the
    /// token has its maker's PIN; with "-named" after it, where that is known. Empty: nothing.
    asio::awaitable<Secret> ask(std::string_view label, std::string_view ifDefault) {
        std::vector<std::string> notes;
        if (!ifDefault.empty() && state_.isDefault && !isInitialWrong_) {
            const std::string key = std::string(ifDefault) + (context_.initialPin.empty() ? "" : "-named");
            notes.push_back(withInitialPin(key));
        }
        prompt::Dialog dialog = about(std::move(notes), state_.triesLeft);
        if (!label.empty()) dialog.label = message(language_, label);
        dialog.error = isInitialWrong_ ? withInitialPin("dialog.initial-pin-wrong") : warning();
        const OpenDialog open(onDialog_);
        auto asked = prompter_.pin(std::move(dialog));
        co_return co_await std::move(asked);
    }

    /// `replacesInitial`: `current` was not asked for, so the user is told which one it is.
    asio::awaitable<Secret> askNew(const Secret* current, bool replacesInitial = false) {
        const token::PinState rules = info_.pin;
        std::vector<std::string> notes;
        if (replacesInitial) notes.push_back(withInitialPin("dialog.choose-own"));
        notes.push_back(pinRule(language_, rules));
        prompt::Dialog dialog = about(std::move(notes), {});
        dialog.label = message(language_, "dialog.new-pin");
        prompt::NewPinCheck check = [language = language_, current, rules,
                                     initial = context_.initialPin](const Secret& chosen) {
            return whyRefused(language, chosen, current, rules, initial);
        };
        const OpenDialog open(onDialog_);
        auto asked = prompter_.newPin(std::move(dialog), std::move(check));
        co_return co_await std::move(asked);
    }

    /// Just before the try: the dialogs were open for a while, and others use the token, too. Throws
    /// token-removed when it was unplugged meanwhile, and pin-locked; confirms a last try that was none
    /// before.
    asio::awaitable<void> lookAgain() {
        const bool wasLastTry = state_.status == PinStatus::finalTry;
        info_ = stillThere();
        state_ = readState();
        refuseLocked();
        if (!wasLastTry) co_await confirmLastTry();
        onDialog_(pipe::Dialog::over);
    }

    /// The token's own keypad asks for what is empty in the call.
    template <class Call>
    void onKeypad(Call call) {
        const OpenDialog open(onDialog_, pipe::Dialog::onToken);
        call();
    }

  private:
    token::PinState readState() {
        return role_ == token::PinRole::user ? info_.pin : driver_.administratorPin(info_.id);
    }

    token::TokenInfo stillThere() {
        const Error removed(ErrorCode::tokenRemoved, "unplugged while its dialog was open");
        try {
            token::TokenInfo now = driver_.describeToken({info_.id});
            if (!token::isSameConnection(info_, now)) throw Error(removed);
            return now;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::tokenNotFound) throw Error(removed);
            throw;
        }
    }

    bool mayTryInitialPin() const {
        if (!state_.isDefault || context_.initialPin.empty()) return false;
        if (state_.status != PinStatus::ok && state_.status != PinStatus::defaultPin) return false;
        // Far from the last one, too, where nobody says how many there were.
        constexpr unsigned kFew = 2;
        return !state_.triesLeft ||
               (*state_.triesLeft > kFew && *state_.triesLeft >= state_.maxTries.value_or(0));
    }

    std::string withInitialPin(std::string_view key) const {
        return message(language_, key, {{"pin", context_.initialPin}});
    }

    void refuseLocked() const {
        if (state_.status != PinStatus::locked) return;
        Error error(ErrorCode::pinLocked, "the PIN is locked, it was not tried");
        error.withTriesLeft(0U).withAdministratorPin(role_ == token::PinRole::administrator);
        throw error;
    }

    const char* lastTry() const {
        return role_ == token::PinRole::user ? "dialog.last-try" : "dialog.administrator-last-try";
    }

    std::string warning() const {
        if (state_.status == PinStatus::finalTry) return message(language_, lastTry());
        const bool isUsers = role_ == token::PinRole::user;
        return isUsers && state_.status == PinStatus::low ? message(language_, "dialog.few-tries") : "";
    }

    /// A dialog about this token, without its label.
    prompt::Dialog about(std::vector<std::string> notes, std::optional<unsigned> triesLeft) const {
        prompt::DialogFacts facts;
        facts.language = language_;
        facts.origin = context_.origin;
        facts.operation = context_.operation;
        facts.tokenLabel = info_.label.empty() ? info_.model : info_.label;
        facts.tokenSerial = info_.serial;
        facts.certificate = context_.certificate;
        facts.triesLeft = triesLeft;
        facts.notes = std::move(notes);
        // What is to be typed comes first, and what it allows afterwards.
        if (!context_.allows.empty()) facts.notes.push_back(context_.allows);
        prompt::Dialog dialog;
        dialog.onOverlooked = [this](bool isOverlooked) {
            onDialog_(isOverlooked ? pipe::Dialog::overlooked : pipe::Dialog::open);
        };
        dialog.language = language_;
        dialog.text = prompt::dialogText(facts);
        dialog.model = info_.model;
        dialog.timeout = std::chrono::seconds(context_.timeoutSeconds);
        return dialog;
    }

    token::Driver& driver_;
    prompt::Prompter& prompter_;
    const PinDialogs::OnDialog& onDialog_;
    const token::PromptContext& context_;
    Language language_;
    token::PinRole role_;
    token::TokenInfo info_;
    token::PinState state_;
    bool isInitialWrong_ = false;  ///< Tried within this call.
};

}  // namespace

/// Lets the user change his PIN; the new one, or nothing where the token's keypad took it.
asio::awaitable<Secret> PinDialogs::change(token::ChangePin op, Told told) {
    PinTry pinTry(driver_, prompter_, told.dialog, op, token::PinRole::user);
    if (pinTry.isOnKeypad()) {
        co_await pinTry.confirmLastTry();
        pinTry.onKeypad([&] { driver_.changePin(op.token, token::PinRole::user, Secret(), Secret()); });
        told.pinChanged();
        co_return Secret();
    }
    const bool isInitial = pinTry.tryInitialPin(disproved_);
    Secret current = pinTry.initialPin();
    if (!isInitial) {
        co_await pinTry.confirmLastTry();
        current = co_await pinTry.ask("dialog.old-pin", "dialog.old-is-default");
        co_await pinTry.confirmOddLength(current);
    }
    Secret chosen = co_await pinTry.askNew(&current, isInitial);
    co_await pinTry.lookAgain();
    driver_.changePin(op.token, token::PinRole::user, current, chosen);
    told.pinChanged();
    co_return chosen;
}

asio::awaitable<void> PinDialogs::changeAndLogIn(token::VerifyPin op, Told told) {
    token::ChangePin first{op.token, std::move(op.prompt)};
    auto changing = change(std::move(first), told);
    const Secret pin = co_await std::move(changing);
    const auto logIn = [&] { driver_.login(op.token, token::PinRole::user, pin); };
    if (!pin.empty()) {
        logIn();
    } else {
        const OpenDialog open(told.dialog, pipe::Dialog::onToken);
        logIn();
    }
}

asio::awaitable<void> PinDialogs::run(token::VerifyPin op, Told told) {
    if (op.changeFirst) {
        auto changing = changeAndLogIn(std::move(op), std::move(told));
        co_return co_await std::move(changing);
    }
    PinTry pinTry(driver_, prompter_, told.dialog, op, token::PinRole::user);
    co_await pinTry.confirmLastTry();
    if (pinTry.isOnKeypad()) {
        pinTry.onKeypad([&] { driver_.login(op.token, token::PinRole::user, Secret()); });
        co_return;
    }
    const Secret pin = co_await pinTry.ask("", "dialog.default-pin");
    co_await pinTry.confirmOddLength(pin);
    co_await pinTry.lookAgain();
    driver_.login(op.token, token::PinRole::user, pin);
}

asio::awaitable<void> PinDialogs::run(token::ChangePin op, Told told) {
    auto changing = change(std::move(op), std::move(told));
    (void)co_await std::move(changing);
}

asio::awaitable<void> PinDialogs::run(token::UnlockPin op, Told told) {
    PinTry pinTry(driver_, prompter_, told.dialog, op, token::PinRole::administrator);
    co_await pinTry.confirmLastTry();
    if (pinTry.isOnKeypad()) {
        pinTry.onKeypad([&] { driver_.unlockPin(op.token, Secret(), Secret()); });
        co_return;
    }
    const Secret administrator = co_await pinTry.ask("dialog.administrator-pin", "");
    if (administrator.empty()) throw notTried(pinTry.state());
    const Secret chosen = co_await pinTry.askNew(nullptr);
    co_await pinTry.lookAgain();
    driver_.unlockPin(op.token, administrator, chosen);
}

asio::awaitable<void> PinDialogs::run(token::UnlockPinWith op, Told told) {
    PinTry pinTry(driver_, prompter_, told.dialog, op, token::PinRole::administrator);
    co_await pinTry.confirmLastTry();
    if (pinTry.isOnKeypad()) {
        // The keypad asks for the new PIN and cannot say for which site.
        co_await pinTry.confirm();
        co_await pinTry.lookAgain();
        pinTry.onKeypad([&] { driver_.unlockPin(op.token, op.administratorPin, Secret()); });
        co_return;
    }
    const Secret chosen = co_await pinTry.askNew(nullptr);
    co_await pinTry.lookAgain();
    driver_.unlockPin(op.token, op.administratorPin, chosen);
}

asio::awaitable<void> PinDialogs::run(token::UnlockResponse op, Told told) {
    // A wrong answer costs a try of the administrator's PIN as well.
    PinTry pinTry(driver_, prompter_, told.dialog, op, token::PinRole::administrator);
    co_await pinTry.confirmLastTry();
    co_await pinTry.confirm();
    co_await pinTry.lookAgain();
    driver_.unlockResponse(op.token, op.response);
}

}  // namespace ukey::token_host
