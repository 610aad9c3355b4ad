#include "daemon/api/conversation.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/api/token_json.hpp"
#include "daemon/rpc/structure.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

/// maxLength of Base64Url in the description: 4 MiB.
constexpr std::size_t kLongestData = 5'592'408;

/// A message of one such datum cannot be longer.
constexpr std::size_t kLongestMessageOfOne = kLongestData + 64UL * 1024UL;
/// Small messages of one connection that are not answered yet.
constexpr std::size_t kMostUnderWay = 1024UL * 1024UL;
/// A message says what it is within its first octets, if it is not written oddly.
constexpr std::size_t kHead = 4096;
/// Large messages of one origin: so many octets a second, after so many at once.
constexpr std::uint32_t kOctetRate = 32U * 1024U * 1024U;
constexpr std::uint32_t kOctetBurst = 64U * 1024U * 1024U;

/// Data that is too long has its own code, so that a page knows to use a stream.
void refuseLongData(const json& params) {
    const auto data = params.find("data");
    if (data != params.end() && data->is_string() &&
        data->get_ref<const std::string&>().size() > kLongestData)
        throw Error(ErrorCode::tooLarge, "data is longer than 4 MiB");
}

bool takesOneDatum(const Method& method) {
    using enum policy::Scope;
    return method.anyOf.hasAnyOf({sign, decrypt}) && method.name != "sign.batch";
}

/// What touches a key, a PIN or a grant.
bool isForTheRecord(const Method& method, const json& params) {
    using enum policy::Scope;
    if (method.name == kHello) return params.contains("resume");
    return method.anyOf.hasAnyOf({sign, decrypt, manage}) || method.name == "pin.logout" ||
           method.name == "bridge.requestAccess" || method.name == "bridge.confirmIdentity" ||
           method.name == "bridge.resume";
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

Allowance::Allowance(const config::Limits& limits, session::TokenBucket::Clock::time_point now)
    : requests(limits.rate, limits.burst, now), octets(kOctetRate, kOctetBurst, now) {}

bool Allowance::isFull(session::TokenBucket::Clock::time_point now) noexcept {
    return requests.isFull(now) && octets.isFull(now);
}

Conversation::Conversation(Services& services, Validators validators, const config::Limits& limits,
                           const std::shared_ptr<session::Session>& session,
                           std::shared_ptr<Allowance> allowance, server::Outbox& outbox,
                           std::function<void()> atEnd)
    : validators_(validators),
      limits_(limits),
      streams_(services.executor, outbox),
      page_{services,
            session,
            Names(services.pseudonyms, services.catalogue, session->originText),
            [this](const json& id) { cancel(id); },
            [this](std::string_view method, const json& params) {
                send(rpc::notificationText(method, params));
            },
            [this](const json& params) -> audit::Entry& { return entries_[&params]; },
            streams_.streams(),
            [this](const json& params) -> stream::Outgoing& { return beginOutput(params); }},
      rate_(limits.rate, limits.burst, session::TokenBucket::Clock::now()),
      allowance_(std::move(allowance)),
      outbox_(&outbox),
      atEnd_(std::move(atEnd)) {}

void Conversation::receivedText(std::string_view text) {
    try {
        take(rpc::Envelope(text), text.size());
    } catch (const std::exception& error) {
        // Only memory can run out here; the page gets no answer, all others go on.
        spdlog::error("{}: a message was dropped: {}", page_.session->originText, error.what());
    }
}

boost::asio::awaitable<void> Conversation::receivedLargeText(std::string_view text,
                                                             server::OctetBudget::Share share) {
    const auto self = shared_from_this();
    try {
        co_await takeLarge(text, std::move(share));
    } catch (const std::exception& error) {
        spdlog::error("{}: a message was dropped: {}", page_.session->originText, error.what());
    }
}

bool Conversation::isWithinRate() noexcept {
    const auto now = session::TokenBucket::Clock::now();
    return rate_.take(now) && allowance_->requests.take(now);
}

void Conversation::take(rpc::Envelope envelope, std::size_t octets) {
    if (takeOfStream(envelope, octets)) return;
    if (!isWithinRate()) return refuse(envelope, Error(ErrorCode::rateLimited, "too fast"));
    const Method* method = findCalled(envelope);
    if (!method) return;
    try {
        refuseLongData(envelope.params());
        validators_.small.check(envelope.method(), envelope.params());
        gate(*method, octets);
    } catch (const Error& error) {
        return refuse(envelope, error);
    }
    start(*method, std::move(envelope), octets, {});
}

/// What the page may not do, or not with so much, is refused before anybody reads it; the rest is read by the
/// worker, and judged again when that is known which was only skimmed.
boost::asio::awaitable<void> Conversation::takeLarge(std::string_view text,
                                                     server::OctetBudget::Share share) {
    co_await waitForOctets(text.size());
    const bool tooMuch = !isWithinRate() || !share.keep();
    auto& work = page_.services.work;
    auto head = rpc::withoutParams(text.substr(0, kHead));
    if (!head) head = co_await work.run([text] { return rpc::withoutParams(text); });
    const bool skimmed = head && head->size() <= kHead;
    if (tooMuch || skimmed) {
        const rpc::Envelope call(skimmed ? *head : std::string());
        if (tooMuch) co_return refuse(call, Error(ErrorCode::rateLimited, "too many octets under way"));
        if (page_.session->standing.mayAsk) co_await refreshGrants();
        if (!mayCall(call, text.size())) co_return;
    }
    rpc::Validator& validator = validators_.large;
    std::exception_ptr bad;
    rpc::Envelope envelope = co_await work.run([text, &validator, &bad] {
        rpc::Envelope read(text);
        try {
            refuseLongData(read.params());
            if (!read.fault()) validator.check(read.method(), read.params());
        } catch (const Error&) {
            bad = std::current_exception();
        }
        return read;
    });
    const Method* method = page_.session->closed ? nullptr : findCalled(envelope);
    if (!method) co_return;
    try {
        if (bad) std::rethrow_exception(bad);
        gate(*method, 0);
    } catch (const Error& error) {
        co_return refuse(envelope, error);
    }
    start(*method, std::move(envelope), 0, std::move(share));
}

/// Whether the page may call what is known only from the head of its message; if not, it was told so.
bool Conversation::mayCall(const rpc::Envelope& head, std::size_t octets) {
    const Method* method = findCalled(head);
    if (!method) return false;
    try {
        if (octets > kLongestMessageOfOne && takesOneDatum(*method))
            throw Error(ErrorCode::tooLarge, "data is longer than 4 MiB");
        admit(*method, page_);
        return true;
    } catch (const Error& error) {
        refuse(head, error);
        return false;
    }
}

/// Each takes its own time, not that of the others.
boost::asio::awaitable<void> Conversation::waitForOctets(std::size_t octets) {
    const auto wait =
        allowance_->octets.charge(static_cast<double>(octets), session::TokenBucket::Clock::now());
    if (wait == wait.zero()) co_return;
    boost::asio::steady_timer timer(page_.services.executor, wait);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

/// Null for what is no call of this protocol; then it was dealt with.
const Method* Conversation::findCalled(const rpc::Envelope& envelope) {
    if (envelope.fault()) {
        refuse(envelope, *envelope.fault());
        return nullptr;
    }
    const Method* method = findMethod(envelope.method());
    // Of a stream that has ended meanwhile.
    const bool known = PageStreams::isNotification(envelope.method());
    if (!method && (!known || envelope.wantsAnswer()))
        refuse(envelope, rpc::BadMessage(rpc::kMethodNotFound, "no such method"));
    return method;
}

/// Throws what keeps the page from this call. Of a site that its user was asked about, what it may is known
/// only when the call runs.
void Conversation::gate(const Method& method, std::size_t octets) {
    if (!page_.session->standing.mayAsk) admit(method, page_);
    if (running_.size() >= limits_.outstanding || octetsUnderWay_ + octets > kMostUnderWay)
        throw Error(ErrorCode::rateLimited, "too many calls under way");
}

void Conversation::start(const Method& method, rpc::Envelope envelope, std::size_t octets,
                         server::OctetBudget::Share share) {
    const auto signal = std::make_shared<boost::asio::cancellation_signal>();
    const auto entry =
        running_.insert(running_.end(), Running{envelope.id(), signal, octets, std::move(share)});
    octetsUnderWay_ += octets;
    boost::asio::co_spawn(
        page_.services.executor, run(method, std::move(envelope)),
        boost::asio::bind_cancellation_slot(
            signal->slot(), [self = shared_from_this(), entry](const std::exception_ptr& failure) {
                self->octetsUnderWay_ -= entry->octets;
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
    if (envelope.wantsAnswer() && envelope.params().contains("output"))
        outputs_.emplace(&envelope.params(), WithOutput{envelope, nullptr});
    try {
        if (page_.session->standing.mayAsk) {
            co_await refreshGrants();
            admit(method, page_);
        }
        json result = co_await method.handler(page_, envelope.params());
        if (isForTheRecord(method, envelope.params())) audit(envelope, audit::kFine);
        const bool wasAnswered = endOutput(envelope, result);
        if (envelope.wantsAnswer() && !wasAnswered) text = rpc::resultText(envelope.id(), std::move(result));
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

void Conversation::goAway() {
    if (outbox_ != nullptr) outbox_->goAway();
}

void Conversation::closed() {
    outbox_ = nullptr;
    streams_.close();
    page_.session->closed = true;
    page_.session->subscription.reset();
    page_.services.logins.close(*page_.session);
    std::vector<std::shared_ptr<boost::asio::cancellation_signal>> signals;
    for (const Running& running : running_) signals.push_back(running.signal);
    for (const auto& signal : signals) signal->emit(boost::asio::cancellation_type::terminal);
    if (const auto atEnd = std::exchange(atEnd_, nullptr)) atEnd();
}

/// What a user granted he may have taken back since.
boost::asio::awaitable<void> Conversation::refreshGrants() {
    const auto session = page_.session;
    policy::Grants& grants = page_.services.grants;
    session->standing.grants =
        co_await page_.services.disk.run([&] { return grants.of(session->originText); });
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
    const bool granted = !page_.session->standing.grants.list().empty();
    page_.services.audit.record(std::move(entry),
                                granted ? audit::Standing::granted : audit::Standing::stranger);
}

void Conversation::tokenChanged(hosts::Change change, const KnownToken& token) {
    if (!page_.session->subscription) return;
    if (!page_.session->standing.mayAsk) return tellOf(change, token);
    boost::asio::co_spawn(page_.services.executor, tellIfStillGranted(shared_from_this(), change, token),
                          [origin = page_.session->originText](const std::exception_ptr& failure) {
                              // What may be revoked is not told.
                              if (failure) spdlog::error("{}: not told of a token", origin);
                          });
}

boost::asio::awaitable<void> Conversation::tellIfStillGranted(std::shared_ptr<Conversation> self,
                                                              hosts::Change change, KnownToken token) {
    co_await self->refreshGrants();
    self->tellOf(change, token);
}

void Conversation::tellOf(hosts::Change change, const KnownToken& token) {
    if (!page_.session->standing.grants.has(policy::Scope::tokens)) return;
    send(rpc::notificationText("tokens.changed",
                               {{"event", eventName(change)}, {"token", tokenJson(page_, token)}}));
}

void Conversation::progressed(const WorkStep& step) {
    send(rpc::notificationText("progress", progressJson(step, page_.session->language)));
}

void Conversation::refuse(const rpc::Envelope& envelope, const Error& error) {
    audit(envelope, toString(error.code()));
    const auto* bad = dynamic_cast<const rpc::BadMessage*>(&error);
    if (abortOutput(envelope, error)) return;
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
