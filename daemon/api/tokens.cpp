// tokens.*
#include <boost/asio/co_spawn.hpp>
#include <nlohmann/json.hpp>

#include "daemon/api/call.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/services.hpp"
#include "daemon/api/token_json.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

json driverJson(const hosts::DriverStatus& status, Language language) {
    json object = {{"name", status.name}, {"state", toString(status.state)}};
    if (!status.code) return object;
    object["code"] = toString(*status.code);
    object["hint"] = errorHint(language, *status.code);
    return object;
}

}  // namespace

Answer tokensList(Call& call, NoParams /*params*/) {
    Page& page = call.page();
    json tokens = json::array();
    const std::vector<hosts::HostedToken> plugged = co_await page.services.catalogue.tokens();
    for (const hosts::HostedToken& token : plugged) tokens.push_back(tokenJson(page, token));
    json drivers = json::array();
    for (const hosts::DriverStatus& status : page.services.catalogue.hosts().status())
        drivers.push_back(driverJson(status, page.session->language));
    co_return json{{"tokens", std::move(tokens)}, {"drivers", std::move(drivers)}};
}

Answer tokensSubscribe(Call& call, NoParams /*params*/) {
    Page& page = call.page();
    page.session->subscription = page.services.catalogue.hosts().watch();
    // Hosts that do not run do not see tokens come; the answer does not wait for them.
    boost::asio::co_spawn(page.services.executor, page.services.catalogue.tokens(),
                          [](const std::exception_ptr&, const std::vector<hosts::HostedToken>&) {});
    if (page.session->standing.grants.has(policy::Scope::manage)) page.services.works.join(*page.session);
    co_return json::object();
}

Answer tokensUnsubscribe(Call& call, NoParams /*params*/) {
    call.page().session->subscription.reset();
    co_return json::object();
}

}  // namespace ukey::api
