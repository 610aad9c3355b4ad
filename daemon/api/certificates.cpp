// certificates.*
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "daemon/api/call.hpp"
#include "daemon/api/each_token.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/services.hpp"
#include "daemon/api/token_json.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

/// The certificates of one token, appended to `list`.
boost::asio::awaitable<void> append(Page& page, hosts::HostedToken token,
                                    std::optional<token::KeyUsage> usage, json& list) {
    const auto keys = co_await page.services.catalogue.keys(token.address());
    const auto view = co_await page.services.enrolments.viewOf(token.identity);
    for (const auto& key : keys) {
        if (usage && key->entry.ref.usage != *usage) continue;
        const auto visibility = view.of(key->entry.ref);
        if (visibility == enrolment::Visibility::hidden) continue;
        list.push_back(certificateJson(*key, page.names.of(token, key), page.names.of(token)));
        if (visibility == enrolment::Visibility::history) list.back()["history"] = true;
    }
}

}  // namespace

Answer certificatesList(Call& call, CertificatesListParams params) {
    Page& page = call.page();
    json list = json::array();
    if (params.token) {
        const hosts::TokenAddress address = co_await page.names.token(*params.token);
        if (const auto token = page.services.catalogue.find(address))
            co_await append(page, *token, params.usage, list);
        co_return json{{"certificates", std::move(list)}};
    }
    const std::vector<hosts::HostedToken> plugged = co_await page.services.catalogue.tokens();
    LookAtToken look = [&](const hosts::HostedToken& token) -> boost::asio::awaitable<void> {
        if (isUsable(token.info.state)) co_await append(page, token, params.usage, list);
    };
    auto looking = lookAtEach(plugged, std::move(look));
    const std::exception_ptr trouble = co_await std::move(looking);
    if (list.empty() && trouble) std::rethrow_exception(trouble);
    co_return json{{"certificates", std::move(list)}};
}

}  // namespace ukey::api
