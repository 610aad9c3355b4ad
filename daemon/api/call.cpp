#include "daemon/api/call.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "daemon/api/methods.hpp"
#include "daemon/api/page_streams.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

/// Of params that nobody has checked yet; empty where the member is not there, or no text.
std::string textIn(const json& params, const char* member) {
    const auto found = params.find(member);
    return found != params.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// As the audit log names a call: of an unlock, which half it was.
std::string operationOf(const rpc::Envelope& envelope) {
    const std::string& method = envelope.method();
    if (method != "pin.unlock") return method;
    if (envelope.params().contains("response")) return method + " response";
    return method + (textIn(envelope.params(), "method") == "remote" ? " request" : " local");
}

}  // namespace

Call::Call(Page& page, rpc::Envelope envelope)
    : page_(page),
      envelope_(std::move(envelope)),
      token_(textIn(envelope_.params(), "token")),
      certificate_(textIn(envelope_.params(), "certificate")),
      operation_(operationOf(envelope_)),
      takesOver_(envelope_.params().contains("resume")) {}
Call::~Call() = default;
Call::Call(Call&&) noexcept = default;

json Call::takeParams() { return envelope_.takeParams(); }

void Call::nameSubject() {
    std::optional<hosts::TokenAddress> address = page_.names.knownToken(token_);
    if (const auto key = page_.names.knownCertificate(certificate_)) {
        draft_.certificate = key->certificate.thumbprint();
        address = key->address;
    }
    if (const auto token = address ? page_.services.catalogue.find(*address) : std::nullopt)
        draft_.token = token->info.serial;
}

bool Call::isForTheRecord(const Method& method) const {
    using enum policy::Scope;
    if (method.name == kHello) return takesOver_;
    return method.anyOf.hasAnyOf({sign, decrypt, manage}) || method.name == "pin.logout" ||
           method.name == "bridge.requestAccess" || method.name == "bridge.confirmIdentity" ||
           method.name == "bridge.resume";
}

stream::Outgoing& Call::beginOutput() {
    if (!envelope_.wantsAnswer()) throw Error(ErrorCode::badRequest, "a call without an id has no output");
    output_ = page_.streams.open();
    page_.send(rpc::resultText(envelope_.id(), {{"output", output_->id()}}));
    return *output_;
}

void Call::succeeded(json result) {
    if (output_) {
        output_->end();
        page_.send(rpc::notificationText("stream.ended",
                                         {{"stream", output_->id()}, {"result", std::move(result)}}));
        output_.reset();
    } else if (envelope_.wantsAnswer()) {
        page_.send(rpc::resultText(envelope_.id(), std::move(result)));
    }
}

void Call::refuse(const Error& error) {
    record(toString(error.code()));
    const Language language = page_.session->language;
    if (output_) {
        page_.send(rpc::notificationText(
            kStreamAbort, {{"stream", output_->id()}, {"error", rpc::errorData(error, language)}}));
        output_.reset();
        return;
    }
    const auto* bad = dynamic_cast<const rpc::BadMessage*>(&error);
    const bool unreadable =
        bad && (bad->number() == rpc::kParseError || bad->number() == rpc::kInvalidRequest);
    if (envelope_.wantsAnswer() || unreadable)
        page_.send(rpc::errorText(envelope_.id(), error, language, tokenName()));
}

void Call::record(std::string_view outcome) {
    if (draft_.token.empty()) nameSubject();
    audit::Entry entry = std::exchange(draft_, {});
    entry.origin = page_.session->originText;
    entry.operation = operation_;
    entry.outcome = outcome;
    const bool granted = !page_.session->standing.grants.list().empty();
    page_.services.audit.record(std::move(entry),
                                granted ? audit::Standing::granted : audit::Standing::stranger);
}

std::string Call::tokenName() const {
    if (const auto key = page_.names.knownCertificate(certificate_)) return page_.names.known(key->address);
    return page_.names.isKnown(token_) ? token_ : std::string();
}

}  // namespace ukey::api
