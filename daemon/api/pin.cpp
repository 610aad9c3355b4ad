// pin.*: every PIN is asked for by the token host, in its own dialog.
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>

#include "daemon/api/handlers.hpp"
#include "daemon/api/pin_calls.hpp"
#include "daemon/api/services.hpp"

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

boost::asio::awaitable<void> inTurn(Page& page, PinCall call) {
    auto asking = page.services.consent.hosted(page.session->originText, std::move(call));
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

boost::asio::awaitable<void> setPin(Page& page, hosts::TokenAddress address, token::Operation operation,
                                    consent::Turn turn, PinOf whose) {
    const auto token = page.services.catalogue.find(address);
    auto setting = page.services.catalogue.hosts().run(address.driver, std::move(operation), std::move(turn));
    (void)co_await std::move(setting);
    if (!token) co_return;
    auto note = [&](unlock::TemporaryPins& pins) {
        if (whose == PinOf::ra)
            pins.add(token->token);
        else
            pins.remove(token->token);
    };
    // Also for a call that was given up while the token worked: that ends at its next wait.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await page.services.temporaryPins.run(note);
    co_await boost::asio::this_coro::throw_if_cancelled(true);
}

boost::asio::awaitable<void> changePin(Page& page, hosts::TokenAddress address, std::string why,
                                       consent::Turn turn) {
    token::ChangePin operation{address.token, promptFor(page, std::move(why))};
    auto changing = setPin(page, std::move(address), std::move(operation), std::move(turn));
    co_await std::move(changing);
}

boost::asio::awaitable<void> changePinFirst(Page& page, hosts::TokenAddress address, std::string why) {
    audit::Entry entry;
    entry.origin = page.session->originText;
    entry.operation = "pin.change";
    if (const auto token = page.services.catalogue.find(address)) entry.token = token->token.info.serial;
    try {
        PinCall change = [&](consent::Turn turn) { return changePin(page, address, why, std::move(turn)); };
        auto changing = counted(page, std::move(change));
        co_await std::move(changing);
        entry.outcome = audit::kFine;
    } catch (const Error& error) {
        entry.outcome = toString(error.code());
        page.services.audit.record(std::move(entry));
        throw;
    }
    page.services.audit.record(std::move(entry));
}

namespace {

boost::asio::awaitable<hosts::TokenAddress> addressIn(Page& page, const json& params) {
    return page.names.token(params.at("token").get<std::string>());
}

/// The operation by which a PIN that somebody else knows is changed before it is used; empty where none has
/// to be.
boost::asio::awaitable<std::string> changeDue(Page& page, hosts::TokenAddress address) {
    const auto token = page.services.catalogue.find(address);
    if (!token) co_return std::string();
    auto look = [&](unlock::TemporaryPins& pins) { return pins.has(token->token); };
    const bool isTemporary = co_await page.services.temporaryPins.run(look);
    if (isTemporary) co_return "operation.change-temporary-pin";
    const bool isDefault = token->token.info.pin.isDefault;
    co_return page.services.changeDefaultPin&& isDefault ? "operation.change-default-pin" : "";
}

/// Whose Ukey it is, as far as its certificates were read; empty on a blank one.
std::string holderOn(const Page& page, const hosts::TokenAddress& address) {
    for (const auto& key : page.services.catalogue.knownKeys(address)) {
        if (key->entry.ref.usage == token::KeyUsage::sign) return key->certificate.subjectText();
    }
    return {};
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

}  // namespace

boost::asio::awaitable<void> logIn(Page& page, hosts::TokenAddress address) {
    std::string why = co_await changeDue(page, address);
    if (!why.empty()) {
        auto changing = changePinFirst(page, address, std::move(why));
        co_await std::move(changing);
    }
    token::PromptContext prompt = promptFor(page, "operation.login");
    prompt.allows = allowancesOf(page);
    prompt.certificate = holderOn(page, address);
    PinCall verify = [&](consent::Turn turn) {
        return page.services.logins.verify(page.session, address, prompt, std::move(turn));
    };
    auto verifying = counted(page, std::move(verify));
    co_await std::move(verifying);
}

Answer pinVerify(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    co_await logIn(page, address);
    co_return json::object();
}

Answer pinLogout(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    page.services.logins.logout(page.session->id, address);
    co_return json::object();
}

Answer pinChange(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    PinCall change = [&](consent::Turn turn) {
        return changePin(page, address, "operation.change-pin", std::move(turn));
    };
    auto changing = counted(page, std::move(change));
    co_await std::move(changing);
    co_return json::object();
}

}  // namespace ukey::api
