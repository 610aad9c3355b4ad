// Which methods there are: what each needs, and who handles it.
#pragma once

#include <string_view>
#include <tuple>

#include "daemon/api/handlers.hpp"
#include "daemon/api/methods.hpp"
#include "daemon/policy/scopes.hpp"

namespace ukey::api {

/// The params that a handler takes.
template <class Params>
constexpr Params paramsOf(Answer (*)(Call&, Params));

template <auto handler>
struct Row {
    using Params = decltype(paramsOf(handler));

    std::string_view name;
    /// As in Method.
    policy::Scopes anyOf;
    std::string_view feature = {};
    policy::Scopes allOf = {};
};

constexpr auto methodList() {
    using enum policy::Scope;
    return std::tuple{
        Row<bridgeHello>{kHello, {}},
        Row<bridgeResume>{"bridge.resume", {}},
        Row<bridgeConfirmIdentity>{"bridge.confirmIdentity", {}},
        Row<bridgeRequestAccess>{"bridge.requestAccess", {}},
        Row<bridgeCancel>{"bridge.cancel", {}},
        Row<tokensList>{"tokens.list", {tokens}},
        Row<tokensSubscribe>{"tokens.subscribe", {tokens}},
        Row<tokensUnsubscribe>{"tokens.unsubscribe", {tokens}},
        Row<certificatesList>{"certificates.list", {certificates}},
        Row<pinVerify>{"pin.verify", {sign, decrypt, manage}},
        Row<pinLogout>{"pin.logout", {tokens, certificates, sign, decrypt, manage}},
        Row<pinChange>{"pin.change", {manage}, "pin.change"},
        Row<pinUnlock>{"pin.unlock", {manage}, "pin.unlock"},
        Row<authSign>{"auth.sign", {sign}, "auth"},
        Row<signData>{"sign.data", {sign}, "sign"},
        Row<signDigest>{"sign.digest", {sign}, "sign", {digest}},
        Row<signBatch>{"sign.batch", {sign}, "sign.batch"},
        Row<signTimestamp>{"sign.timestamp", {}, "sign.timestamp"},
        Row<signatureVerify>{"signature.verify", {}, "verify"},
        Row<envelopeSeal>{"envelope.seal", {}, "envelope"},
        Row<envelopeInspect>{"envelope.inspect", {certificates}, "envelope"},
        Row<envelopeOpen>{"envelope.open", {decrypt}, "envelope"},
        Row<enrolmentBegin>{"enrolment.begin", {manage}, "enrolment"},
        Row<enrolmentComplete>{"enrolment.complete", {manage}, "enrolment"},
        Row<enrolmentList>{"enrolment.list", {manage}, "enrolment"},
        Row<enrolmentAbort>{"enrolment.abort", {manage}, "enrolment"},
    };
}

}  // namespace ukey::api
