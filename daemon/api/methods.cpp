#include "daemon/api/methods.hpp"

#include <algorithm>
#include <array>

#include "daemon/api/handlers.hpp"
#include "daemon/api/services.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::api {
namespace {

using enum policy::Scope;

constexpr std::array kMethods{
    Method{kHello, {}, bridgeHello},
    Method{"bridge.resume", {}, bridgeResume},
    Method{"bridge.confirmIdentity", {}, bridgeConfirmIdentity},
    Method{"bridge.requestAccess", {}, bridgeRequestAccess},
    Method{"bridge.cancel", {}, bridgeCancel},
    Method{"tokens.list", {tokens}, tokensList},
    Method{"tokens.subscribe", {tokens}, tokensSubscribe},
    Method{"tokens.unsubscribe", {tokens}, tokensUnsubscribe},
    Method{"certificates.list", {certificates}, certificatesList},
    Method{"pin.verify", {sign, decrypt, manage}, pinVerify},
    Method{"pin.logout", {tokens, certificates, sign, decrypt, manage}, pinLogout},
    Method{"pin.change", {manage}, pinChange, "pin.change"},
    Method{"pin.unlock", {manage}, pinUnlock, "pin.unlock"},
    Method{"auth.sign", {sign}, authSign, "auth"},
    Method{"sign.data", {sign}, signData, "sign"},
    Method{"sign.digest", {sign}, signDigest, "sign", {digest}},
    Method{"sign.batch", {sign}, signBatch, "sign.batch"},
    Method{"sign.timestamp", {}, signTimestamp, "sign.timestamp"},
    Method{"signature.verify", {}, signatureVerify, "verify"},
    Method{"envelope.seal", {}, envelopeSeal, "envelope"},
    Method{"envelope.inspect", {certificates}, envelopeInspect, "envelope"},
    Method{"envelope.open", {decrypt}, envelopeOpen, "envelope"},
    Method{"enrolment.begin", {manage}, enrolmentBegin, "enrolment"},
    Method{"enrolment.complete", {manage}, enrolmentComplete, "enrolment"},
    Method{"enrolment.list", {manage}, enrolmentList, "enrolment"},
    Method{"enrolment.abort", {manage}, enrolmentAbort, "enrolment"},
};

}  // namespace

std::span<const Method> allMethods() noexcept { return kMethods; }

const Method* findMethod(std::string_view name) noexcept {
    const auto* method =
        std::find_if(kMethods.begin(), kMethods.end(), [&](const Method& m) { return m.name == name; });
    return method == kMethods.end() ? nullptr : method;
}

std::vector<std::string_view> features() {
    std::vector<std::string_view> parts;
    for (const Method& method : kMethods) {
        const bool counted = std::find(parts.begin(), parts.end(), method.feature) != parts.end();
        const bool whole = std::all_of(kMethods.begin(), kMethods.end(), [&](const Method& other) {
            return other.feature != method.feature || other.handler != nullptr;
        });
        if (!method.feature.empty() && whole && !counted) parts.push_back(method.feature);
    }
    return parts;
}

void admit(const Method& method, const Page& page) {
    if (!page.session->greeted && method.name != kHello)
        throw Error(ErrorCode::helloRequired, "bridge.hello must come first");
    if (!method.anyOf.empty() && !page.session->standing.grants.hasAnyOf(method.anyOf))
        throw Error(ErrorCode::scopeDenied, "the origin has none of the method's scopes");
    if (!page.session->standing.grants.hasAllOf(method.allOf))
        throw Error(ErrorCode::scopeDenied, "the origin lacks a scope of the method");
    if (!method.handler) throw Error(ErrorCode::unsupported, "the method is not in this version");
}

}  // namespace ukey::api
