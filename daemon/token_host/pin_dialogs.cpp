#include "daemon/token_host/pin_dialogs.hpp"

#include <optional>
#include <string>
#include <utility>

#include "daemon/token_host/pin_rules.hpp"
#include "tokenlib/prompt/dialog_text.hpp"

namespace ukey::host {
namespace {

namespace asio = boost::asio;
using token::PinStatus;

/// Tells that a dialog is open for as long as it lives.
class OpenDialog {
  public:
    explicit OpenDialog(const PinDialogs::OnDialog& told) : told_(told) { told_(true); }
    OpenDialog(const OpenDialog&) = delete;
    OpenDialog& operator=(const OpenDialog&) = delete;
    ~OpenDialog() { told_(false); }

  private:
    const PinDialogs::OnDialog& told_;
};

void refuseLocked(const token::PinState& state, token::PinRole role = token::PinRole::user) {
    if (state.status != PinStatus::locked) return;
    Error error(ErrorCode::pinLocked, "the PIN is locked, nothing was asked");
    error.withTriesLeft(0U).withAdministratorPin(role == token::PinRole::administrator);
    throw error;
}

/// The driver is asked only with a PIN that can be right.
void refuseWrongLength(const Secret& pin, const token::PinState& state) {
    if (pin.size() >= state.minLength && pin.size() <= state.maxLength) return;
    Error error(ErrorCode::pinTooShort, "the PIN has the wrong length, it was not tried");
    error.withTriesLeft(state.triesLeft);
    throw error;
}

std::string warningOf(const token::PinState& state, Language language) {
    if (state.status == PinStatus::finalTry) return message(language, "dialog.last-try");
    if (state.status == PinStatus::low) return message(language, "dialog.few-tries");
    return {};
}

/// A dialog about this token, without its label.
prompt::Dialog dialogFor(const token::TokenInfo& info, const token::PromptContext& context,
                         std::vector<std::string> notes, std::optional<unsigned> triesLeft) {
    const Language language = languageFrom(context.locale);
    prompt::DialogFacts facts;
    facts.language = language;
    facts.origin = context.origin;
    facts.operation = context.operation;
    facts.tokenLabel = info.label.empty() ? info.model : info.label;
    facts.tokenSerial = info.serial;
    facts.certificate = context.certificate;
    facts.triesLeft = triesLeft;
    facts.notes = std::move(notes);
    prompt::Dialog dialog;
    dialog.language = language;
    dialog.text = prompt::dialogText(facts);
    dialog.timeout = std::chrono::seconds(context.timeoutSeconds);
    return dialog;
}

constexpr const char* kLastTry = "dialog.last-try";
constexpr const char* kAdministratorLastTry = "dialog.administrator-last-try";

/// Before a try that can lock the token the user says that it is meant (security.md 18).
asio::awaitable<void> confirmLastTry(prompt::Prompter& prompter, prompt::Dialog dialog,
                                     const token::PinState& state, const PinDialogs::OnDialog& onDialog,
                                     const char* warning = kLastTry) {
    if (state.status != PinStatus::finalTry) co_return;
    const OpenDialog open(onDialog);
    dialog.text += "\n\n" + message(dialog.language, warning);
    dialog.ok = message(dialog.language, "dialog.try-anyway");
    co_await prompter.confirm(std::move(dialog));
}

std::string pinRule(Language language, const token::PinState& state) {
    const std::string min = std::to_string(state.minLength);
    const std::string max = std::to_string(state.maxLength);
    return message(language, "dialog.pin-rule", {{"min", min}, {"max", max}});
}

asio::awaitable<Secret> askNewPin(prompt::Prompter& prompter, prompt::Dialog dialog, const Secret* current,
                                  const token::PinState& state) {
    const Language language = dialog.language;
    dialog.text += "\n" + pinRule(language, state);
    dialog.label = message(language, "dialog.new-pin");
    prompt::NewPinCheck check = [=](const Secret& chosen) {
        return whyRefused(language, chosen, current, state);
    };
    auto asked = prompter.newPin(std::move(dialog), std::move(check));
    co_return co_await std::move(asked);
}

}  // namespace

asio::awaitable<void> PinDialogs::run(token::VerifyPin op, OnDialog onDialog) {
    const token::TokenInfo info = driver_.describeToken({op.token});
    refuseLocked(info.pin);
    const Language language = languageFrom(op.prompt.locale);
    std::vector<std::string> notes;
    if (info.pin.status == PinStatus::defaultPin) notes.push_back(message(language, "dialog.default-pin"));
    prompt::Dialog dialog = dialogFor(info, op.prompt, std::move(notes), info.pin.triesLeft);
    co_await confirmLastTry(prompter_, dialog, info.pin, onDialog);
    if (info.protectedAuthenticationPath) {
        // The token's own keypad asks; its call counts as a dialog, for it waits for a person.
        const OpenDialog open(onDialog);
        driver_.login(op.token, token::PinRole::user, Secret());
        co_return;
    }
    Secret pin;
    {
        const OpenDialog open(onDialog);
        dialog.error = warningOf(info.pin, language);
        pin = co_await prompter_.pin(std::move(dialog));
    }
    refuseWrongLength(pin, info.pin);
    driver_.login(op.token, token::PinRole::user, pin);
}

asio::awaitable<void> PinDialogs::run(token::ChangePin op, OnDialog onDialog) {
    const token::TokenInfo info = driver_.describeToken({op.token});
    refuseLocked(info.pin);
    const Language language = languageFrom(op.prompt.locale);
    const prompt::Dialog dialog = dialogFor(info, op.prompt, {}, info.pin.triesLeft);
    co_await confirmLastTry(prompter_, dialog, info.pin, onDialog);
    if (info.protectedAuthenticationPath) {
        const OpenDialog open(onDialog);
        driver_.changePin(op.token, token::PinRole::user, Secret(), Secret());
        co_return;
    }
    Secret current;
    Secret chosen;
    {
        const OpenDialog open(onDialog);
        prompt::Dialog old = dialog;
        old.label = message(language, "dialog.old-pin");
        old.error = warningOf(info.pin, language);
        current = co_await prompter_.pin(std::move(old));
        refuseWrongLength(current, info.pin);
    }
    {
        const OpenDialog open(onDialog);
        chosen = co_await askNewPin(prompter_, dialogFor(info, op.prompt, {}, {}), &current, info.pin);
    }
    driver_.changePin(op.token, token::PinRole::user, current, chosen);
}

asio::awaitable<void> PinDialogs::run(token::UnlockPin op, OnDialog onDialog) {
    const token::TokenInfo info = driver_.describeToken({op.token});
    const token::PinState state = driver_.administratorPin(op.token);
    refuseLocked(state, token::PinRole::administrator);
    prompt::Dialog ask = dialogFor(info, op.prompt, {}, state.triesLeft);
    co_await confirmLastTry(prompter_, ask, state, onDialog, kAdministratorLastTry);
    if (info.protectedAuthenticationPath) {
        const OpenDialog open(onDialog);
        driver_.unlockPin(op.token, Secret(), Secret());
        co_return;
    }
    Secret administrator;
    Secret chosen;
    {
        const OpenDialog open(onDialog);
        ask.label = message(ask.language, "dialog.administrator-pin");
        if (state.status == PinStatus::finalTry) ask.error = message(ask.language, kAdministratorLastTry);
        administrator = co_await prompter_.pin(std::move(ask));
        if (administrator.empty()) refuseWrongLength(administrator, state);
    }
    {
        const OpenDialog open(onDialog);
        chosen = co_await askNewPin(prompter_, dialogFor(info, op.prompt, {}, {}), nullptr, info.pin);
    }
    driver_.unlockPin(op.token, administrator, chosen);
}

asio::awaitable<void> PinDialogs::run(token::UnlockPinWith op, OnDialog onDialog) {
    const token::TokenInfo info = driver_.describeToken({op.token});
    const token::PinState state = driver_.administratorPin(op.token);
    refuseLocked(state, token::PinRole::administrator);
    prompt::Dialog dialog = dialogFor(info, op.prompt, {}, {});
    co_await confirmLastTry(prompter_, dialog, state, onDialog, kAdministratorLastTry);
    const OpenDialog open(onDialog);
    if (info.protectedAuthenticationPath) {
        // The keypad asks for the new PIN and cannot say for which site.
        co_await prompter_.confirm(std::move(dialog));
        driver_.unlockPin(op.token, op.administratorPin, Secret());
        co_return;
    }
    const Secret chosen = co_await askNewPin(prompter_, std::move(dialog), nullptr, info.pin);
    driver_.unlockPin(op.token, op.administratorPin, chosen);
}

asio::awaitable<void> PinDialogs::run(token::UnlockResponse op, OnDialog onDialog) {
    const token::TokenInfo info = driver_.describeToken({op.token});
    const token::PinState state = driver_.administratorPin(op.token);
    refuseLocked(state, token::PinRole::administrator);
    prompt::Dialog dialog = dialogFor(info, op.prompt, {}, {});
    // A wrong answer costs a try of that PIN as well.
    co_await confirmLastTry(prompter_, dialog, state, onDialog, kAdministratorLastTry);
    const OpenDialog open(onDialog);
    co_await prompter_.confirm(std::move(dialog));
    driver_.unlockResponse(op.token, op.response);
}

}  // namespace ukey::host
