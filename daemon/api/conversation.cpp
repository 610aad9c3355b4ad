#include "daemon/api/conversation.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <vector>

#include "daemon/api/token_json.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

constexpr std::string_view kStreamCredit = "stream.credit";
constexpr std::string_view kStreamAbort = "stream.abort";

/// maxLength of Base64Url in the description: 4 MiB.
constexpr std::size_t kLongestData = 5'592'408;

/// Data that is too long has its own code, so that a page knows to use a stream.
void refuseLongData(const json& params) {
    const auto data = params.find("data");
    if (data != params.end() && data->is_string() &&
        data->get_ref<const std::string&>().size() > kLongestData)
        throw Error(ErrorCode::tooLarge, "data is longer than 4 MiB");
}

/// What touches a key, a PIN or a grant.
bool isForTheRecord(const Method& method, const json& params) {
    using enum policy::Scope;
    if (method.name == kHello) return params.contains("resume");
    return method.anyOf.hasAnyOf({sign, decrypt, manage}) || method.name == "pin.logout" ||
           method.name == "bridge.requestAccess";
}

/// As the audit log names a call: of an unlock, which half it was.
std::string operationOf(const rpc::Envelope& envelope) {
    const std::string& method = envelope.method();
    if (method != "pin.unlock") return method;
    const json& params = envelope.params();
    if (params.contains("response")) return method + " response";
    const auto way = params.find("method");
    return method + (way != params.end() && *way == "remote" ? " request" : " local");
}

}  // namespace

Conversation::Conversation(Services& services, rpc::Validator& validator, const config::Limits& limits,
                           const std::shared_ptr<session::Session>& session,
                           std::shared_ptr<session::TokenBucket> originRate, server::Outbox& outbox,
                           std::function<void()> atEnd)
    : validator_(validator),
      limits_(limits),
      page_{services,
            session,
            Names(services.pseudonyms, services.catalogue, session->originText),
            [this](const json& id) { cancel(id); },
            [this](std::string_view method, const json& params) {
                send(rpc::notificationText(method, params));
            },
            [this](const json& params) -> audit::Entry& { return entries_[&params]; }},
      rate_(limits.rate, limits.burst, session::TokenBucket::Clock::now()),
      originRate_(std::move(originRate)),
      outbox_(&outbox),
      atEnd_(std::move(atEnd)) {}

void Conversation::receivedText(std::string_view text) {
    try {
        take(rpc::Envelope(text));
    } catch (const std::exception& error) {
        // Only memory can run out here; the page gets no answer, all others go on.
        spdlog::error("{}: a message was dropped: {}", page_.session->originText, error.what());
    }
}

void Conversation::receivedBinary(ByteView bytes) {
    if (bytes.size() < 4 || !isWithinRate()) return;
    const std::uint32_t stream = (std::uint32_t{bytes[0]} << 24U) | (std::uint32_t{bytes[1]} << 16U) |
                                 (std::uint32_t{bytes[2]} << 8U) | std::uint32_t{bytes[3]};
    const Language language = page_.session->language;
    send(rpc::notificationText(kStreamAbort, {{"stream", stream},
                                              {"error",
                                               {{"code", toString(ErrorCode::badRequest)},
                                                {"retryable", isRetryable(ErrorCode::badRequest)},
                                                {"hint", errorHint(language, ErrorCode::badRequest)}}}}));
}

bool Conversation::isWithinRate() {
    const auto now = session::TokenBucket::Clock::now();
    return rate_.take(now) && originRate_->take(now);
}

void Conversation::take(rpc::Envelope envelope) {
    if (!isWithinRate()) return refuse(envelope, Error(ErrorCode::rateLimited, "too fast"));
    if (envelope.fault()) return refuse(envelope, *envelope.fault());
    const Method* method = findMethod(envelope.method());
    if (!method) {
        // No stream is open, so there is nothing that these could be about.
        const bool known = envelope.method() == kStreamCredit || envelope.method() == kStreamAbort;
        if (!known || envelope.wantsAnswer())
            refuse(envelope, rpc::BadMessage(rpc::kMethodNotFound, "no such method"));
        return;
    }
    try {
        refuseLongData(envelope.params());
        validator_.check(envelope.method(), envelope.params());
        refreshGrants();
        admit(*method, page_);
        if (running_.size() >= limits_.outstanding)
            throw Error(ErrorCode::rateLimited, "too many calls under way");
    } catch (const Error& error) {
        return refuse(envelope, error);
    }
    start(*method, std::move(envelope));
}

void Conversation::start(const Method& method, rpc::Envelope envelope) {
    const auto signal = std::make_shared<boost::asio::cancellation_signal>();
    const auto entry = running_.insert(running_.end(), {envelope.id(), signal});
    boost::asio::co_spawn(
        page_.services.executor, run(method, std::move(envelope)),
        boost::asio::bind_cancellation_slot(
            signal->slot(), [self = shared_from_this(), entry](const std::exception_ptr& failure) {
                self->running_.erase(entry);
                if (!failure) return;
                try {
                    std::rethrow_exception(failure);
                } catch (const std::exception& error) {
                    spdlog::error("a call ended without an answer: {}", error.what());
                }
            }));
}

boost::asio::awaitable<void> Conversation::run(const Method& method, rpc::Envelope envelope) {
    std::string text;
    // Now, for when the call ends its token may be gone, or another's.
    if (isForTheRecord(method, envelope.params()))
        nameSubject(entries_[&envelope.params()], envelope.params());
    try {
        json result = co_await method.handler(page_, envelope.params());
        if (isForTheRecord(method, envelope.params())) audit(envelope, audit::kFine);
        if (envelope.wantsAnswer()) text = rpc::resultText(envelope.id(), std::move(result));
    } catch (const Error& error) {
        spdlog::debug("{} {}: {}: {}", page_.session->originText, method.name, toString(error.code()),
                      error.what());
        refuse(envelope, error);
    } catch (const boost::system::system_error& error) {
        const bool givenUp = error.code() == boost::asio::error::operation_aborted;
        if (!givenUp) spdlog::error("{} {}: {}", page_.session->originText, method.name, error.what());
        refuse(envelope, Error(givenUp ? ErrorCode::userCancelled : ErrorCode::internal, error.what()));
    } catch (const std::exception& error) {
        spdlog::error("{} {}: {}", page_.session->originText, method.name, error.what());
        refuse(envelope, Error(ErrorCode::internal, error.what()));
    }
    if (!text.empty()) send(std::move(text));
}

void Conversation::cancel(const json& id) {
    std::vector<std::shared_ptr<boost::asio::cancellation_signal>> signals;
    for (const Running& running : running_) {
        if (!id.is_null() && running.id == id) signals.push_back(running.signal);
    }
    // Not within the call that asks for it: it may name itself, and a coroutine that is cancelled while it
    // runs, not while it waits, ends the program (co_spawn waits once more outside its try).
    boost::asio::post(page_.services.executor, [signals = std::move(signals)] {
        for (const auto& signal : signals) signal->emit(boost::asio::cancellation_type::terminal);
    });
}

void Conversation::closed() {
    outbox_ = nullptr;
    page_.session->closed = true;
    page_.services.logins.close(*page_.session);
    std::vector<std::shared_ptr<boost::asio::cancellation_signal>> signals;
    for (const Running& running : running_) signals.push_back(running.signal);
    for (const auto& signal : signals) signal->emit(boost::asio::cancellation_type::terminal);
    if (const auto atEnd = std::exchange(atEnd_, nullptr)) atEnd();
}

/// What a user granted he may have taken back since.
void Conversation::refreshGrants() {
    policy::Standing& standing = page_.session->standing;
    if (standing.mayAsk) standing.grants = page_.services.grants.of(page_.session->originText);
}

/// The token and the certificate that a call names, as far as they are known.
void Conversation::nameSubject(audit::Entry& entry, const json& params) const {
    const auto text = [&](const char* member) {
        const auto found = params.find(member);
        return found != params.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    std::optional<hosts::TokenAddress> address = page_.names.knownToken(text("token"));
    if (const auto key = page_.names.knownCertificate(text("certificate"))) {
        entry.certificate = key->certificate.thumbprint();
        address = key->address;
    }
    if (const auto token = address ? page_.services.catalogue.find(*address) : std::nullopt)
        entry.token = token->token.info.serial;
}

void Conversation::audit(const rpc::Envelope& envelope, std::string_view outcome) {
    audit::Entry entry;
    if (auto draft = entries_.extract(&envelope.params())) entry = std::move(draft.mapped());
    entry.origin = page_.session->originText;
    entry.operation = operationOf(envelope);
    entry.outcome = outcome;
    if (entry.token.empty()) nameSubject(entry, envelope.params());
    page_.services.audit.record(std::move(entry));
}

void Conversation::tokenChanged(hosts::Change change, const KnownToken& token) {
    if (!page_.session->subscribed) return;
    try {
        refreshGrants();
    } catch (const Error& error) {
        // Who tells of changes cannot go on with an error of ours, and what may be revoked is not told.
        spdlog::error("{}: not told of a token: {}", page_.session->originText, error.what());
        return;
    }
    if (!page_.session->standing.grants.has(policy::Scope::tokens)) return;
    send(rpc::notificationText("tokens.changed", {{"event", eventName(change)},
                                                  {"token", tokenJson(token, page_.names.of(token))}}));
}

void Conversation::refuse(const rpc::Envelope& envelope, const Error& error) {
    audit(envelope, toString(error.code()));
    const auto* bad = dynamic_cast<const rpc::BadMessage*>(&error);
    const bool unreadable =
        bad && (bad->number() == rpc::kParseError || bad->number() == rpc::kInvalidRequest);
    if (!envelope.wantsAnswer() && !unreadable) return;
    send(rpc::errorText(envelope.id(), error, page_.session->language, tokenNameIn(envelope.params())));
}

std::string Conversation::tokenNameIn(const json& params) const {
    const auto text = [&](const char* member) {
        const auto found = params.find(member);
        return found != params.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (const auto key = page_.names.knownCertificate(text("certificate")))
        return page_.names.known(key->address);
    const std::string name = text("token");
    return page_.names.isKnown(name) ? name : std::string();
}

void Conversation::send(std::string text) {
    if (outbox_) outbox_->send(std::move(text));
}

}  // namespace ukey::api
