// certificates.*
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/api/handlers.hpp"
#include "daemon/api/services.hpp"
#include "daemon/api/token_json.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

bool mayHoldCertificates(const KnownToken& token) {
    return token.token.info.state == token::TokenState::ready ||
           token.token.info.state == token::TokenState::locked;
}

/// The certificates of one token, appended to `list`.
boost::asio::awaitable<void> append(Page& page, KnownToken token, std::optional<token::KeyUsage> usage,
                                    json& list) {
    const auto keys = co_await page.services.catalogue.keys(token.token.address());
    const auto view = co_await page.services.enrolments.viewOf(token.token.identity);
    for (const auto& key : keys) {
        if (usage && key->entry.ref.usage != *usage) continue;
        const auto visibility = view.of(key->entry.ref);
        if (visibility == enrolment::Visibility::hidden) continue;
        list.push_back(certificateJson(*key, page.names.of(token, key), page.names.of(token)));
        if (visibility == enrolment::Visibility::history) list.back()["history"] = true;
    }
}

}  // namespace

Answer certificatesList(Page& page, const json& params) {
    const auto usage = token::keyUsageFrom(params.value("usage", ""));
    json list = json::array();
    if (const auto name = params.find("token"); name != params.end()) {
        const hosts::TokenAddress address = co_await page.names.token(name->get<std::string>());
        if (const auto token = page.services.catalogue.find(address))
            co_await append(page, *token, usage, list);
        co_return json{{"certificates", std::move(list)}};
    }
    std::exception_ptr failure;
    const std::vector<KnownToken> plugged = co_await page.services.catalogue.tokens();
    for (const KnownToken& token : plugged) {
        if (!mayHoldCertificates(token)) continue;
        try {
            co_await append(page, token, usage, list);
        } catch (const Error& error) {
            // One driver's trouble does not hide what is on another's tokens.
            if (error.code() == ErrorCode::userCancelled) throw;
            spdlog::warn("driver {}: keys cannot be read: {}", token.token.driver, error.what());
            failure = std::current_exception();
        }
    }
    if (list.empty() && failure) std::rethrow_exception(failure);
    co_return json{{"certificates", std::move(list)}};
}

}  // namespace ukey::api
