#include "sandbox/portal/unlock_api.hpp"

#include <nlohmann/json.hpp>

#include "sandbox/portal/address.hpp"
#include "sandbox/portal/portal_json.hpp"
#include "sandbox/ra/refusal.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::portal {
namespace {

using http::Response;
using http::textField;
using nlohmann::json;
using ra::Reason;
using ra::Refused;

constexpr std::size_t kMaxRequest = 12288;
constexpr std::size_t kMaxNote = 500;

Response unlockResponse(const ra::Unlock& unlock, int status = 200) {
    return http::jsonResponse({{"unlock", toJson(unlock)}}, status);
}

}  // namespace

Response UnlockApi::list(const ra::Account& account) {
    auto list = json::array();
    for (const auto& unlock : unlocks_.ofAccount(account.id)) list.push_back(toJson(unlock));
    return http::jsonResponse({{"unlocks", list}});
}

Response UnlockApi::ask(const http::Request& request, const ra::Account& account) {
    const auto body = http::jsonBody(request);
    const auto certificate = body.find("certificate");
    if (certificate == body.end() || !certificate->is_number_integer())
        throw Error(ErrorCode::badRequest, "not a number: certificate");
    return unlockResponse(unlocks_.ask(account, certificate->get<std::int64_t>()), 201);
}

Response UnlockApi::get(const ra::Account& account, const std::string& rest) {
    const auto [unlock, action] = idAndAction(rest, Reason::unlockNotFound);
    return action.empty() ? unlockResponse(unlocks_.get(account.id, unlock)) : notFound();
}

Response UnlockApi::post(const http::Request& request, const ra::Account& account, const std::string& rest) {
    const auto [unlock, action] = idAndAction(rest, Reason::unlockNotFound);
    if (action == "code") {
        unlocks_.sendCode(account, unlock);
        return http::jsonResponse(toJson(messages_));
    }
    if (action == "verify")
        return unlockResponse(unlocks_.verify(account, unlock, textField(http::jsonBody(request), "code")));
    if (action == "answer") return answer(request, account, unlock);
    return notFound();
}

Response UnlockApi::answer(const http::Request& request, const ra::Account& account, std::int64_t unlock) {
    const auto body = http::jsonBody(request);
    const auto der = fromBase64Url(textField(body, "request", kMaxRequest));
    if (!der) throw Refused(Reason::badUnlockRequest);
    std::optional<ra::UnlockForm> form;
    if (body.contains("form")) {
        form = ra::unlockFormFrom(textField(body, "form"));
        if (!form) throw Refused(Reason::unlockForm);
    }
    return http::jsonResponse(toJson(unlocks_.answer(account, unlock, *der, form)));
}

Response UnlockApi::clerkList() {
    auto list = json::array();
    for (const auto& unlock : unlocks_.inReview()) {
        auto line = toJson(unlock);
        if (const auto account = accounts_.find(unlock.account)) line["account"] = toJson(*account);
        list.push_back(std::move(line));
    }
    return http::jsonResponse({{"unlocks", list}});
}

Response UnlockApi::clerkPost(const http::Request& request, const std::string& rest) {
    const auto [unlock, action] = idAndAction(rest, Reason::unlockNotFound);
    if (action == "approve") return unlockResponse(unlocks_.approve(unlock));
    if (action == "reject")
        return unlockResponse(unlocks_.reject(unlock, textField(http::jsonBody(request), "note", kMaxNote)));
    return notFound();
}

}  // namespace ukey::portal
