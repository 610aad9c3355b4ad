// pin.unlock: with the administrator PIN here, or with the RA's answer to a request.
#include <spdlog/spdlog.h>

#include <boost/system/system_error.hpp>
#include <nlohmann/json.hpp>

#include "daemon/api/call.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/pin_calls.hpp"
#include "daemon/rpc/message.hpp"

namespace ukey::api {
namespace {

using boost::asio::awaitable;
using nlohmann::json;

/// A try of the administrator PIN. After two wrong ones on a token, by whichever site, there are none for an
/// hour: no page, and no RA that keeps a wrong PIN, uses the last of its tries up.
awaitable<void> countedForToken(Page& page, std::string token, PinCall call) {
    session::Attempts& wrong = page.services.wrongAdministratorPins;
    if (!wrong.mayTry(token))
        throw Error(ErrorCode::rateLimited,
                    "too many wrong administrator PINs on this token within the hour");
    try {
        auto trying = inTurn(page, std::move(call));
        co_await std::move(trying);
    } catch (const Error& error) {
        const bool nowLocked = error.code() == ErrorCode::pinLocked && error.driverCode() != 0;
        const bool wasWrong = error.code() == ErrorCode::pinIncorrect || nowLocked;
        if (wasWrong && error.ofAdministratorPin()) wrong.failed(token);
        throw;
    }
}

awaitable<pki::UnlockAuthorities> authoritiesFor(Page& page, hosts::TokenAddress address) {
    pki::UnlockAuthorities authorities{page.services.unlockAuthorities, {}};
    const auto keys = co_await page.services.catalogue.keys(address);
    for (const auto& key : keys) authorities.onToken.push_back(key->certificate);
    co_return authorities;
}

awaitable<void> unlockHere(Page& page, hosts::TokenAddress address, consent::Turn turn) {
    token::UnlockPin operation{address.token, promptFor(page, "operation.unlock-pin")};
    auto unlocking = setPin(page, std::move(address), std::move(operation), std::move(turn));
    co_await std::move(unlocking);
}

/// The maker's challenge, where the model has one.
awaitable<Bytes> challengeOf(Page& page, hosts::HostedToken token) {
    if (!token.info.remoteUnlock) co_return Bytes();
    token::UnlockChallenge operation{token.info.id};
    try {
        co_return co_await page.services.catalogue.hosts().call(token.driver, std::move(operation));
    } catch (const Error& error) {
        const bool canDoWithout =
            error.code() == ErrorCode::unsupported || error.code() == ErrorCode::driverError;
        if (!canDoWithout) throw;
        spdlog::warn("driver {}: no challenge for a remote unlock: {}", token.driver, error.what());
    }
    co_return Bytes();
}

unlock::Subject subjectOf(const Page& page, const hosts::HostedToken& token) {
    return {page.session->originText, token.identity.name()};
}

awaitable<json> makeRequest(Call& call, hosts::HostedToken token) {
    Page& page = call.page();
    Bytes challenge = co_await challengeOf(page, token);
    const auto& info = token.info;
    const unlock::Made made =
        page.services.unlocks.make(subjectOf(page, token), info.serial, info.model, std::move(challenge));
    call.draft().digest = toHex(made.digest);
    co_return json{{"request", toBase64Url(made.der)}};
}

/// Errors after which the token was not asked, or may be asked the same again.
bool leavesTheAnswerGood(ErrorCode code) {
    switch (code) {
        case ErrorCode::userCancelled:
        case ErrorCode::promptTimeout:
        case ErrorCode::promptUnavailable:
        case ErrorCode::busy:
        case ErrorCode::tokenNotFound:
        case ErrorCode::tokenRemoved:
        case ErrorCode::driverCrashed:
        case ErrorCode::driverTimeout:
            return true;
        default:
            return false;
    }
}

awaitable<void> unlockWith(Page& page, hosts::TokenAddress address, unlock::Claim& claim,
                           consent::Turn turn) {
    try {
        if (auto* pin = std::get_if<Secret>(&claim.right())) {
            token::UnlockPinWith operation{address.token, promptFor(page, "operation.unlock-pin-remote"),
                                           std::move(*pin)};
            auto unlocking = setPin(page, address, std::move(operation), std::move(turn));
            co_await std::move(unlocking);
        } else {
            token::UnlockResponse operation{address.token, std::get<Bytes>(claim.right()),
                                            promptFor(page, "operation.unlock-pin-vendor")};
            auto unlocking = setPin(page, address, std::move(operation), std::move(turn), PinOf::ra);
            co_await std::move(unlocking);
        }
    } catch (const Error& error) {
        if (!leavesTheAnswerGood(error.code())) claim.spend();
        throw;
    }
    claim.spend();
}

/// The RA knows the PIN that it chose, so the user changes it at once. The unlock holds whether he does or
/// not, and whether the page is still there or not.
awaitable<json> changeTemporaryPin(Page& page, hosts::HostedToken token) {
    try {
        auto changing = changePinFirst(page, token.address(), "operation.change-temporary-pin");
        co_await std::move(changing);
    } catch (const std::exception& error) {
        spdlog::info("{}: a temporary PIN was not changed: {}", page.session->originText, error.what());
        co_return json{{"temporaryPin", true}};
    }
    co_return json::object();
}

awaitable<json> finish(Call& call, hosts::HostedToken token, std::string answer) {
    Page& page = call.page();
    const auto response = fromBase64Url(answer);
    if (!response) throw Error(ErrorCode::unlockInvalid, "the response is no base64url");
    const pki::UnlockAuthorities authorities = co_await authoritiesFor(page, token.address());
    unlock::Claim claim = page.services.unlocks.claim(subjectOf(page, token), *response, authorities);
    call.draft().digest = toHex(claim.digest());
    const bool isVendors = std::holds_alternative<Bytes>(claim.right());
    PinCall unlock = [&](consent::Turn turn) {
        return unlockWith(page, token.address(), claim, std::move(turn));
    };
    auto unlocking = countedForToken(page, token.identity.name(), std::move(unlock));
    co_await std::move(unlocking);
    page.services.logins.forget(token.address());
    if (!isVendors) co_return json::object();
    // A call that was given up while the token worked ends at its next wait.
    try {
        auto changing = changeTemporaryPin(page, std::move(token));
        co_return co_await std::move(changing);
    } catch (const boost::system::system_error&) {
        co_return json{{"temporaryPin", true}};
    }
}

}  // namespace

Answer pinUnlock(Call& call, PinUnlockParams params) {
    Page& page = call.page();
    const bool isRemote = params.method == UnlockMethod::remote;
    if (params.response && !isRemote)
        throw rpc::BadMessage(rpc::kInvalidParams, "a response belongs to the method remote");
    const hosts::TokenAddress address = co_await page.names.token(params.token);
    if (!isRemote) {
        const auto unlocked = page.services.catalogue.find(address);
        PinCall unlock = [&](consent::Turn turn) { return unlockHere(page, address, std::move(turn)); };
        auto unlocking = countedForToken(page, unlocked ? unlocked->identity.name() : "", std::move(unlock));
        co_await std::move(unlocking);
        // The administrator's login took the user's place in the library.
        page.services.logins.forget(address);
        co_return json::object();
    }
    hosts::HostedToken token = page.services.catalogue.requireUsable(address);
    auto going = params.response ? finish(call, std::move(token), std::move(*params.response))
                                 : makeRequest(call, std::move(token));
    co_return co_await std::move(going);
}

}  // namespace ukey::api
