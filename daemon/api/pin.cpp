// pin.*: every PIN is asked for by the token host, in its own dialog.
#include <nlohmann/json.hpp>

#include "daemon/api/handlers.hpp"
#include "daemon/api/services.hpp"
#include "daemon/rpc/message.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

token::PromptContext promptFor(const Page& page, std::string operation) {
    token::PromptContext prompt;
    prompt.locale = toString(page.session->language);
    prompt.origin = page.session->originText;
    prompt.operation = std::move(operation);
    prompt.timeoutSeconds = page.services.promptTimeoutSeconds;
    return prompt;
}

boost::asio::awaitable<hosts::TokenAddress> addressIn(Page& page, const json& params) {
    return page.names.token(params.at("token").get<std::string>());
}

/// Wrong PINs of one origin are counted, so that no page drains a PIN counter by asking again and again
/// (security.md 18).
boost::asio::awaitable<void> counted(Page& page, boost::asio::awaitable<void> call) {
    const std::string origin = page.session->originText;
    session::Attempts& wrong = page.services.wrongPins;
    if (!wrong.mayTry(origin))
        throw Error(ErrorCode::rateLimited, "too many wrong PINs from this site within the hour");
    try {
        co_await std::move(call);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::pinIncorrect) wrong.failed(origin);
        throw;
    }
}

boost::asio::awaitable<void> changePin(Page& page, hosts::TokenAddress address, std::string why) {
    token::ChangePin operation{address.token, promptFor(page, std::move(why))};
    co_await page.services.catalogue.hosts().call(address.driver, std::move(operation));
}

boost::asio::awaitable<void> unlockPin(Page& page, hosts::TokenAddress address) {
    token::UnlockPin operation{address.token, promptFor(page, "operation.unlock-pin")};
    co_await page.services.catalogue.hosts().call(address.driver, std::move(operation));
}

bool hasDefaultPin(const Page& page, const hosts::TokenAddress& address) {
    const auto token = page.services.catalogue.find(address);
    return token && token->token.info.pin.status == token::PinStatus::defaultPin;
}

}  // namespace

Answer pinVerify(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    if (page.services.changeDefaultPin && hasDefaultPin(page, address)) {
        auto changing = counted(page, changePin(page, address, "operation.change-default-pin"));
        co_await std::move(changing);
    }
    token::PromptContext prompt = promptFor(page, "operation.login");
    auto verifying = counted(page, page.services.logins.verify(page.session, address, std::move(prompt)));
    co_await std::move(verifying);
    co_return json::object();
}

Answer pinLogout(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    page.services.logins.logout(page.session->id, address);
    co_return json::object();
}

Answer pinChange(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    auto changing = counted(page, changePin(page, address, "operation.change-pin"));
    co_await std::move(changing);
    co_return json::object();
}

Answer pinUnlock(Page& page, const json& params) {
    if (params.at("method") != "local")
        throw Error(ErrorCode::unsupported, "remote unlock is not in this version");
    if (params.contains("response"))
        throw rpc::BadMessage(rpc::kInvalidParams, "a response belongs to the method remote");
    const hosts::TokenAddress address = co_await addressIn(page, params);
    auto unlocking = counted(page, unlockPin(page, address));
    co_await std::move(unlocking);
    // The administrator's login took the user's place in the library.
    page.services.logins.forget(address);
    co_return json::object();
}

}  // namespace ukey::api
