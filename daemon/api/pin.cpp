// pin.*: every PIN is asked for by the token host, in its own dialog.
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/call.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/pin_calls.hpp"
#include "daemon/api/services.hpp"
#include "tokenlib/base/reasons.hpp"

namespace ukey::api {

using nlohmann::json;

token::PromptContext promptFor(const Page& page, std::string operation) {
    token::PromptContext prompt;
    prompt.locale = toString(page.session->language);
    prompt.origin = page.session->originText;
    prompt.operation = std::move(operation);
    prompt.timeoutSeconds = page.services.promptTimeoutSeconds;
    return prompt;
}

namespace {

/// Whose Ukey it is, for the dialog; empty on a blank one, and where its certificates cannot be read.
boost::asio::awaitable<std::string> holderOn(Page& page, hosts::TokenAddress address) {
    auto keys = page.services.catalogue.knownKeys(address);
    if (keys.empty()) {
        try {
            auto reading = page.services.catalogue.keys(address);
            keys = co_await std::move(reading);
        } catch (const Error&) {
            // What is wrong with the token, what comes next meets too, and says.
        }
    }
    enrolment::TokenView view;
    if (const auto token = page.services.catalogue.find(address)) {
        auto looking = page.services.enrolments.viewOf(token->identity);
        view = co_await std::move(looking);
    }
    // After a renewal or a change the earlier ones may be there still.
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto age = [now](const TokenKey& key) {
        return std::pair(key.certificate.isValidAt(now), key.certificate.notBeforeTime());
    };
    std::shared_ptr<const TokenKey> newest;
    for (const auto& key : keys) {
        const auto& ref = key->entry.ref;
        if (ref.usage != token::KeyUsage::sign || view.of(ref) != enrolment::Visibility::shown) continue;
        if (!newest || age(*newest) < age(*key)) newest = key;
    }
    co_return newest ? newest->certificate.subjectText() : std::string();
}

/// Whether the token has its new PIN, whatever failed then.
bool isChanged(const std::optional<Error>& failure) { return !failure || failure->reason() == kPinChanged; }

}  // namespace

boost::asio::awaitable<void> inTurn(Page& page, PinCall call) {
    auto asking = page.services.consent.hosted(askerOf(page), std::move(call));
    co_await std::move(asking);
    page.services.wrongPins.clear(page.session->originText);
}

boost::asio::awaitable<void> counted(Page& page, PinCall call) {
    const std::string origin = page.session->originText;
    session::Attempts& wrong = page.services.wrongPins;
    PinCall tried = [&](consent::Turn turn) {
        // Its turn may come after another one's wrong PIN.
        if (!wrong.mayTry(origin))
            throw Error(ErrorCode::rateLimited, "too many wrong PINs from this site within the hour");
        return call(std::move(turn));
    };
    try {
        auto trying = inTurn(page, std::move(tried));
        co_await std::move(trying);
    } catch (Error& error) {
        // Without a code of the driver's the PIN was locked before, and nothing was tried.
        const bool nowLocked = error.code() == ErrorCode::pinLocked && error.driverCode() != 0;
        if (error.code() == ErrorCode::pinIncorrect || nowLocked) wrong.failed(origin);
        if (error.code() == ErrorCode::rateLimited && error.triesLeft()) error.withReason("last-try");
        throw;
    }
}

namespace {

/// Notes whose PIN it is that the token has now. Before it, throw_if_cancelled(false): also a call that was
/// given up while the token worked has to note that, and ends at its next wait.
boost::asio::awaitable<void> noteOwner(Page& page, std::optional<hosts::HostedToken> token, PinOf whose) {
    if (token) {
        auto note = [&](unlock::TemporaryPins& pins) {
            if (whose == PinOf::ra)
                pins.add(*token);
            else
                pins.remove(*token);
        };
        auto noting = page.services.temporaryPins.run(std::move(note));
        co_await std::move(noting);
    }
    co_await boost::asio::this_coro::throw_if_cancelled(true);
}

}  // namespace

boost::asio::awaitable<void> setPin(Page& page, hosts::TokenAddress address, token::Operation operation,
                                    consent::Turn turn, PinOf whose) {
    const auto token = page.services.catalogue.find(address);
    auto setting = page.services.catalogue.hosts().run(address.driver, std::move(operation), std::move(turn));
    (void)co_await std::move(setting);
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto noting = noteOwner(page, token, whose);
    co_await std::move(noting);
}

boost::asio::awaitable<void> changePin(Page& page, hosts::TokenAddress address, std::string why,
                                       consent::Turn turn) {
    token::ChangePin operation{address.token, promptFor(page, std::move(why))};
    operation.prompt.certificate = co_await holderOn(page, address);
    const auto token = page.services.catalogue.find(address);
    std::optional<Error> failure;
    try {
        auto changing = page.services.logins.change(address.driver, std::move(operation), std::move(turn));
        co_await std::move(changing);
    } catch (const Error& error) {
        failure = error;
        if (!isChanged(failure)) throw;
    }
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto noting = noteOwner(page, token, PinOf::user);
    co_await std::move(noting);
    if (failure) throw Error(*failure);
}

namespace {

/// A change that another call asked for first, and what failed in it or after it.
void recordChange(Page& page, const std::optional<hosts::HostedToken>& token,
                  const std::optional<Error>& failure) {
    audit::Entry entry;
    entry.origin = page.session->originText;
    entry.operation = "pin.change";
    entry.outcome = isChanged(failure) ? audit::kFine : toString(failure->code());
    if (token) entry.token = token->info.serial;
    page.services.audit.record(std::move(entry));
}

}  // namespace

boost::asio::awaitable<void> changePinFirst(Page& page, hosts::TokenAddress address, std::string why) {
    const auto token = page.services.catalogue.find(address);
    try {
        PinCall change = [&](consent::Turn turn) { return changePin(page, address, why, std::move(turn)); };
        auto changing = counted(page, std::move(change));
        co_await std::move(changing);
    } catch (const Error& error) {
        recordChange(page, token, error);
        throw;
    }
    recordChange(page, token, std::nullopt);
}

namespace {

/// The operation by which a PIN that somebody else knows is changed before it is used; empty where none has
/// to be.
boost::asio::awaitable<std::string> changeDue(Page& page, std::optional<hosts::HostedToken> token,
                                              bool changesInitial) {
    if (!token) co_return std::string();
    auto look = [&](unlock::TemporaryPins& pins) { return pins.has(*token); };
    const bool isTemporary = co_await page.services.temporaryPins.run(look);
    if (isTemporary) co_return "operation.change-temporary-pin";
    const bool isDue = changesInitial && token->info.pin.isDefault;
    co_return isDue ? "operation.change-default-pin" : "";
}

/// What the site can have done within the login, and when that ends.
std::string allowancesOf(const Page& page) {
    const policy::Standing& standing = page.session->standing;
    const Language language = page.session->language;
    std::string acts;
    const auto add = [&](policy::Scope scope, std::string_view key) {
        if (!standing.grants.has(scope)) return;
        if (!acts.empty()) acts += message(language, "allows.and");
        acts += message(language, key);
    };
    const bool asksEachTime = standing.confirm == policy::Confirm::each;
    add(policy::Scope::sign, asksEachTime ? "allows.sign-each" : "allows.sign");
    add(policy::Scope::digest, "allows.digest");
    add(policy::Scope::decrypt, "allows.decrypt");
    add(policy::Scope::manage, "allows.manage");
    constexpr std::uint32_t kMinute = 60;
    const std::string minutes = std::to_string((page.services.idleLogoutSeconds + kMinute - 1) / kMinute);
    return message(language, "dialog.allows", {{"acts", acts}, {"minutes", minutes}});
}

boost::asio::awaitable<void> verifyInTurn(Page& page, hosts::TokenAddress address, token::VerifyPin operation,
                                          consent::Turn turn) {
    operation.prompt.certificate = co_await holderOn(page, address);
    auto verifying =
        page.services.logins.verify(page.session, address.driver, std::move(operation), std::move(turn));
    co_await std::move(verifying);
}

}  // namespace

boost::asio::awaitable<bool> logIn(Page& page, hosts::TokenAddress address, bool changesInitial) {
    const auto token = page.services.catalogue.find(address);
    auto looking = changeDue(page, token, changesInitial || page.services.changeDefaultPin);
    const std::string change = co_await std::move(looking);
    token::VerifyPin operation{address.token, promptFor(page, change.empty() ? "operation.login" : change)};
    operation.prompt.allows = allowancesOf(page);
    operation.changeFirst = !change.empty();
    PinCall verify = [&](consent::Turn turn) {
        return verifyInTurn(page, address, operation, std::move(turn));
    };
    std::optional<Error> failure;
    try {
        auto verifying = counted(page, std::move(verify));
        co_await std::move(verifying);
    } catch (const Error& error) {
        if (!operation.changeFirst) throw;
        failure = error;
    }
    if (operation.changeFirst) {
        recordChange(page, token, failure);
        if (isChanged(failure)) {
            co_await boost::asio::this_coro::throw_if_cancelled(false);
            auto noting = noteOwner(page, token, PinOf::user);
            co_await std::move(noting);
        }
    }
    if (failure) throw Error(*failure);
    co_return operation.changeFirst;
}

Answer pinVerify(Call& call, PinVerifyParams params) {
    Page& page = call.page();
    const hosts::TokenAddress address = co_await page.names.token(params.token);
    auto loggingIn = logIn(page, address, params.changeInitial.value_or(false));
    (void)co_await std::move(loggingIn);
    co_return json::object();
}

Answer pinLogout(Call& call, PinLogoutParams params) {
    Page& page = call.page();
    const hosts::TokenAddress address = co_await page.names.token(params.token);
    page.services.logins.logout(page.session->id, address);
    co_return json::object();
}

Answer pinChange(Call& call, PinChangeParams params) {
    Page& page = call.page();
    const hosts::TokenAddress address = co_await page.names.token(params.token);
    PinCall change = [&](consent::Turn turn) {
        return changePin(page, address, "operation.change-pin", std::move(turn));
    };
    auto changing = counted(page, std::move(change));
    co_await std::move(changing);
    co_return json::object();
}

}  // namespace ukey::api
