#include "daemon/api/conversation.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <nlohmann/json.hpp>
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
            [this](const RequestId& id) { cancel(id); },
            [this](std::string text) { send(std::move(text)); },
            streams_.streams()},
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
    Call call(page_, std::move(envelope));
    if (!isWithinRate()) return call.refuse(Error(ErrorCode::rateLimited, "too fast"));
    const Method* method = findCalled(call);
    if (!method) return;
    std::unique_ptr<Task> task;
    try {
        refuseLongData(call.envelope().params());
        validators_.small.check(call.envelope().method(), call.envelope().params());
        gate(*method, octets);
        task = method->prepare(call.takeParams());
    } catch (const Error& error) {
        return call.refuse(error);
    }
    start({std::move(call), *method, std::move(task), octets, {}});
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
        Call call(page_, rpc::Envelope(skimmed ? *head : std::string()));
        if (tooMuch) co_return call.refuse(Error(ErrorCode::rateLimited, "too many octets under way"));
        if (page_.session->standing.mayAsk) co_await refreshGrants();
        if (!mayCall(call, text.size())) co_return;
    }
    rpc::Validator& validator = validators_.large;
    std::exception_ptr bad;
    std::unique_ptr<Task> task;
    auto reading = work.run([&] {
        Call read(page_, rpc::Envelope(text));
        const rpc::Envelope& envelope = read.envelope();
        try {
            refuseLongData(envelope.params());
            const Method* method = envelope.fault() ? nullptr : findMethod(envelope.method());
            if (method) {
                validator.check(envelope.method(), envelope.params());
                task = method->prepare(read.takeParams());
            }
        } catch (const Error&) {
            bad = std::current_exception();
        }
        return read;
    });
    Call call = co_await std::move(reading);
    const Method* method = page_.session->closed ? nullptr : findCalled(call);
    if (!method) co_return;
    try {
        if (bad) std::rethrow_exception(bad);
        gate(*method, 0);
    } catch (const Error& error) {
        co_return call.refuse(error);
    }
    start({std::move(call), *method, std::move(task), 0, std::move(share)});
}

/// Whether the page may call what is known only from the head of its message; if not, it was told so.
bool Conversation::mayCall(Call& head, std::size_t octets) {
    const Method* method = findCalled(head);
    if (!method) return false;
    try {
        if (octets > kLongestMessageOfOne && takesOneDatum(*method))
            throw Error(ErrorCode::tooLarge, "data is longer than 4 MiB");
        admit(*method, page_);
        return true;
    } catch (const Error& error) {
        head.refuse(error);
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
const Method* Conversation::findCalled(Call& call) {
    const rpc::Envelope& envelope = call.envelope();
    if (envelope.fault()) {
        call.refuse(*envelope.fault());
        return nullptr;
    }
    const Method* method = findMethod(envelope.method());
    // Of a stream that has ended meanwhile.
    const bool known = PageStreams::isNotification(envelope.method());
    if (!method && (!known || envelope.wantsAnswer()))
        call.refuse(rpc::BadMessage(rpc::kMethodNotFound, "no such method"));
    return method;
}

/// Throws what keeps the page from this call. Of a site that its user was asked about, what it may is known
/// only when the call runs.
void Conversation::gate(const Method& method, std::size_t octets) {
    if (!page_.session->standing.mayAsk) admit(method, page_);
    if (running_.size() >= limits_.outstanding || octetsUnderWay_ + octets > kMostUnderWay)
        throw Error(ErrorCode::rateLimited, "too many calls under way");
}

void Conversation::start(Running running) {
    const auto entry = running_.insert(running_.end(), std::move(running));
    octetsUnderWay_ += entry->octets;
    boost::asio::co_spawn(
        page_.services.executor, run(*entry),
        boost::asio::bind_cancellation_slot(
            entry->signal->slot(), [self = shared_from_this(), entry](const std::exception_ptr& failure) {
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

boost::asio::awaitable<void> Conversation::run(Running& running) {
    Call& call = running.call;
    const Method& method = running.method;
    const std::string& origin = page_.session->originText;
    if (call.isForTheRecord(method)) call.nameSubject();
    try {
        if (page_.session->standing.mayAsk) {
            co_await refreshGrants();
            admit(method, page_);
        }
        auto working = running.task->run(call);
        json result = co_await std::move(working);
        if (call.isForTheRecord(method)) call.record(audit::kFine);
        call.succeeded(std::move(result));
    } catch (const Error& error) {
        spdlog::debug("{} {}: {}: {}", origin, method.name, toString(error.code()), error.what());
        call.refuse(error);
    } catch (const boost::system::system_error& error) {
        const bool givenUp = error.code() == boost::asio::error::operation_aborted;
        if (!givenUp) spdlog::error("{} {}: {}", origin, method.name, error.what());
        call.refuse(Error(givenUp ? ErrorCode::userCancelled : ErrorCode::internal, error.what()));
    } catch (const std::exception& error) {
        spdlog::error("{} {}: {}", origin, method.name, error.what());
        call.refuse(Error(ErrorCode::internal, error.what()));
    }
}

void Conversation::cancel(const RequestId& id) {
    const json wanted = std::visit([](const auto& value) { return json(value); }, id);
    std::vector<std::shared_ptr<boost::asio::cancellation_signal>> signals;
    for (const Running& running : running_) {
        if (running.call.envelope().id() == wanted) signals.push_back(running.signal);
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

void Conversation::tokenChanged(hosts::Change change, const hosts::HostedToken& token) {
    if (!page_.session->subscription) return;
    if (!page_.session->standing.mayAsk) return tellOf(change, token);
    boost::asio::co_spawn(page_.services.executor, tellIfStillGranted(shared_from_this(), change, token),
                          [origin = page_.session->originText](const std::exception_ptr& failure) {
                              // What may be revoked is not told.
                              if (failure) spdlog::error("{}: not told of a token", origin);
                          });
}

boost::asio::awaitable<void> Conversation::tellIfStillGranted(std::shared_ptr<Conversation> self,
                                                              hosts::Change change,
                                                              hosts::HostedToken token) {
    co_await self->refreshGrants();
    self->tellOf(change, token);
}

void Conversation::tellOf(hosts::Change change, const hosts::HostedToken& token) {
    if (!page_.session->standing.grants.has(policy::Scope::tokens)) return;
    send(rpc::notificationText("tokens.changed",
                               {{"event", eventName(change)}, {"token", tokenJson(page_, token)}}));
}

void Conversation::progressed(const WorkStep& step) {
    send(rpc::notificationText("progress", progressJson(step, page_.session->language)));
}

void Conversation::send(std::string text) {
    if (outbox_) outbox_->send(std::move(text));
}

}  // namespace ukey::api
