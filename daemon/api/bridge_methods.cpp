// bridge.*: how a page introduces itself, and what it is granted.
#include <nlohmann/json.hpp>

#include "daemon/api/bridge.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/methods.hpp"
#include "daemon/api/services.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/base/version.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

json grantsOf(const session::Session& session) {
    json grants = json::array();
    for (const policy::Scope scope : session.standing.grants.list()) grants.push_back(toString(scope));
    return grants;
}

json identityFor(Page& page, ByteView nonce) {
    const auto proof = page.services.identity.prove(page.session->originText, nonce);
    return {{"key", toBase64Url(proof.key)}, {"signature", toBase64Url(proof.signature)}};
}

/// Lets the user decide about what was not granted yet.
boost::asio::awaitable<void> askForAccess(Page& page, policy::Scopes wanted) {
    const auto session = page.session;
    Services& services = page.services;
    policy::Scopes missing;
    // Only when its turn comes is it known what other tabs were granted meanwhile.
    const consent::Consent::StillMissing stillMissing = [&] {
        const policy::Scopes granted = services.grants.known(session->originText);
        for (const policy::Scope scope : wanted.list()) {
            if (!granted.has(scope)) missing.add(scope);
        }
        return missing;
    };
    auto asking = services.consent.access(askerOf(page), stillMissing);
    co_await std::move(asking);
    // The next question is judged when this one is answered, not when it is written down.
    if (!missing.list().empty()) services.grants.expect(session->originText, missing);
    session->standing.grants = co_await services.disk.run([&] {
        if (!missing.list().empty()) services.grants.add(session->originText, missing);
        return services.grants.of(session->originText);
    });
}

}  // namespace

Answer bridgeHello(Call& call, BridgeHelloParams params) {
    Page& page = call.page();
    session::Session& session = *page.session;
    if (session.greeted) throw rpc::BadMessage(rpc::kInvalidRequest, "bridge.hello was said already");
    json identity;
    if (params.nonce) identity = identityFor(page, *params.nonce);
    session.language = languageFrom(params.locale.value_or(""));
    session.greeted = true;
    session.resume = session::makeResumeSecret();
    json result = {{"version", programVersion()}, {"protocol", "ukey.v1"},  {"origin", session.originText},
                   {"grants", grantsOf(session)}, {"features", features()}, {"resume", session.resume}};
    if (params.resume) result["resumed"] = page.services.logins.resume(session, *params.resume);
    if (!identity.is_null()) result["identity"] = std::move(identity);
    co_return result;
}

Answer bridgeResume(Call& call, BridgeResumeParams params) {
    Page& page = call.page();
    co_return json{{"resumed", page.services.logins.resume(*page.session, params.resume)}};
}

Answer bridgeConfirmIdentity(Call& call, BridgeConfirmIdentityParams params) {
    Page& page = call.page();
    const auto session = page.session;
    std::string code = page.services.identity.meetingCode(session->originText, params.nonce);
    auto asking = page.services.consent.identity(askerOf(page), std::move(code));
    co_await std::move(asking);
    co_return json::object();
}

Answer bridgeRequestAccess(Call& call, BridgeRequestAccessParams params) {
    Page& page = call.page();
    const auto session = page.session;
    policy::Scopes wanted;
    for (const policy::Scope scope : params.scopes) wanted.add(scope);
    if (!session->standing.grants.hasAllOf(wanted)) {
        const bool canAsk = session->standing.mayAsk && !wanted.hasAnyOf(policy::kAdministratorsScopes);
        if (!canAsk) throw Error(ErrorCode::scopeDenied, "policy does not grant all of the scopes");
        co_await askForAccess(page, wanted);
    }
    co_return json{{"grants", grantsOf(*session)}};
}

Answer bridgeCancel(Call& call, BridgeCancelParams params) {
    call.page().cancel(params.request);
    co_return json::object();
}

}  // namespace ukey::api
