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

}  // namespace

Answer pinVerify(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    token::PromptContext prompt = promptFor(page, "operation.login");
    co_await page.services.logins.verify(page.session, address, std::move(prompt));
    co_return json::object();
}

Answer pinLogout(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    page.services.logins.logout(page.session->id, address);
    co_return json::object();
}

Answer pinChange(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await addressIn(page, params);
    token::ChangePin operation{address.token, promptFor(page, "operation.change-pin")};
    co_await page.services.catalogue.hosts().call(address.driver, std::move(operation));
    co_return json::object();
}

Answer pinUnlock(Page& page, const json& params) {
    if (params.at("method") != "local")
        throw Error(ErrorCode::unsupported, "remote unlock is not in this version");
    if (params.contains("response"))
        throw rpc::BadMessage(rpc::kInvalidParams, "a response belongs to the method remote");
    const hosts::TokenAddress address = co_await addressIn(page, params);
    token::UnlockPin operation{address.token, promptFor(page, "operation.unlock-pin")};
    co_await page.services.catalogue.hosts().call(address.driver, std::move(operation));
    // The administrator's login took the user's place in the library.
    page.services.logins.forget(address);
    co_return json::object();
}

}  // namespace ukey::api
