#include "daemon/hosts/host_supervisor.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/hosts/library_path.hpp"
#include "tokenlib/base/reasons.hpp"

namespace ukey::hosts {
namespace {

namespace asio = boost::asio;

/// A host that ran so long before it failed has earned an immediate restart.
constexpr std::chrono::seconds kStable{30};
/// Longer pauses are not waited for: the caller hears at once that the driver does not work.
constexpr std::chrono::seconds kLongestWait{5};

/// How long one dialog of the operation may stay open; 0 for an operation without.
template <class Op>
std::chrono::seconds promptTime(const Op& op) {
    if constexpr (token::AsksUser<Op>) {
        return std::chrono::seconds(std::max<std::uint32_t>(op.prompt.timeoutSeconds, 1));
    } else {
        return std::chrono::seconds(0);
    }
}

template <class Op>
std::size_t resultKindOf(const Op&) {
    return pipe::Result(typename Op::Result{}).index();
}

const token::TokenInfo* findConnection(const std::vector<token::TokenInfo>& tokens,
                                       const token::TokenInfo& token) {
    const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const token::TokenInfo& other) {
        return token::isSameConnection(other, token);
    });
    return found == tokens.end() ? nullptr : &*found;
}

}  // namespace

HostSupervisor::HostSupervisor(asio::any_io_executor executor, std::shared_ptr<const HostSettings> settings,
                               DriverConfig driver, Notify notify)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      driver_(std::move(driver)),
      notify_(std::move(notify)),
      watchdog_(executor_, settings_->driverTimeout),
      nextLook_(executor_,
                [this] {
                    const auto self = shared_from_this();
                    // Who has asked learns it from his answer, or it would wait behind a keypad.
                    if (link_ && pending_.empty()) lookAtTokens();
                    lookRegularly();
                }),
      again_(executor_, [this] { startAndLook(); }) {
    watchdog_.onOverrun([this](std::chrono::milliseconds limit) { onOverrun(limit); });
}

HostSupervisor::~HostSupervisor() {
    // Its reader may outlive us, and would call back.
    if (link_) link_->kill();
}

DriverStatus HostSupervisor::status() const {
    DriverStatus status;
    status.name = driver_.name;
    status.library = driver_.library;
    status.running = ready_;
    status.restarts = starts_ > 0 ? starts_ - 1 : 0;
    status.state = state();
    if (problem_ && !ready_) status.code = problem_->code();
    if (status.state == DriverState::hung) status.code = ErrorCode::driverTimeout;
    if (problem_) status.problem = std::string(toString(problem_->code())) + ": " + problem_->what();
    return status;
}

DriverState HostSupervisor::state() const {
    // One that makes a key answers nothing and is well.
    if (ready_) return late_ && !watchdog_.isPatient() ? DriverState::hung : DriverState::ready;
    if (!problem_) return DriverState::starting;
    switch (problem_->code()) {
        case ErrorCode::driverMissing:
        case ErrorCode::driverBitness:
            return DriverState::missing;
        case ErrorCode::driverTimeout:
            return DriverState::hung;
        default:
            return DriverState::failed;
    }
}

std::chrono::milliseconds HostSupervisor::patience() const {
    const auto now = Clock::now();
    if (late_ || (!link_ && notBefore_ > now)) return std::chrono::milliseconds(0);
    if (ready_) return settings_->listPatience;
    const auto end = (link_ ? startedAt_ : now) + settings_->startPatience;
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::duration_cast<std::chrono::milliseconds>(end - now));
}

// Calls.

asio::awaitable<pipe::Result> HostSupervisor::call(pipe::Command command, DialogTurn turn) {
    const auto self = shared_from_this();
    std::visit(
        [this]<class Op>(Op& op) {
            if constexpr (token::AsksUser<Op>) op.prompt.initialPin = driver_.initialPin;
        },
        command);
    if (!link_) {
        co_await ensureRunning();
        // Without a look nobody could tell whose logins are lost when the host ends.
        if (!std::holds_alternative<token::ListTokens>(command)) lookAtTokens();
    }
    const std::uint64_t id = ++lastId_;
    // By names: GCC 12 destroys closures that are temporaries of a co_await twice.
    auto begin = [&](std::unique_ptr<Waiter<pipe::Result>> waiter) {
        send(id, command, std::move(waiter));
        if (const auto sent = pending_.find(id); sent != pending_.end()) sent->second.turn = std::move(turn);
        pipe::wipeSecret(command);
    };
    std::function<void()> onCancel = [weak = weak_from_this(), id] {
        if (const auto supervisor = weak.lock()) supervisor->cancel(id);
    };
    auto answer = waitFor<pipe::Result>(std::move(begin), std::move(onCancel));
    co_return co_await std::move(answer);
}

asio::awaitable<void> HostSupervisor::ensureRunning() {
    while (!link_) {
        if (down_) throw Error(ErrorCode::driverCrashed, "the token hosts are shut down");
        const auto now = Clock::now();
        if (notBefore_ <= now) {
            startHost();
            co_return;
        }
        if (notBefore_ - now > kLongestWait) throw Error(*problem_);
        asio::steady_timer pause(executor_, notBefore_);
        boost::system::error_code withdrawn;
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, withdrawn));
        if (withdrawn) throw Error(ErrorCode::userCancelled, "request withdrawn");
    }
}

void HostSupervisor::startHost() {
    try {
        const std::string library = resolveLibrary(driver_, *settings_);
        link_ = std::make_shared<HostLink>(executor_, *settings_, driver_, library);
    } catch (const Error& error) {
        startedAt_ = Clock::now();
        notePause(error);
        throw;
    }
    ++starts_;
    startedAt_ = Clock::now();
    // Both are dropped by the link before the supervisor goes.
    link_->start([this](pipe::HostMessage message) { onMessage(std::move(message)); },
                 [this](const std::string& reason) { onEnd(reason); });
}

void HostSupervisor::send(std::uint64_t id, const pipe::Command& command,
                          std::unique_ptr<Waiter<pipe::Result>> waiter) {
    try {
        if (!link_) throw Error(*problem_);  // It failed between the check and now.
        link_->send(id, command);
    } catch (const Error&) {
        if (waiter) waiter->completeLater(std::current_exception());
        return;
    }
    std::visit(
        [&]<class Op>(const Op& op) {
            pending_.emplace(id, Pending{resultKindOf(op), std::move(waiter), nullptr, false});
            watchdog_.begin(id, promptTime(op), token::patienceFor<Op>());
        },
        command);
}

void HostSupervisor::cancel(std::uint64_t id) {
    if (link_ && pending_.contains(id)) link_->send(id, pipe::Cancel{});
}

void HostSupervisor::watch(bool isWatched) {
    isWatched_ = isWatched;
    lookRegularly();
}

void HostSupervisor::lookRegularly() {
    if (!isWatched_ || !hasNoEvents_ || !ready_) {
        nextLook_.clear();
        return;
    }
    nextLook_.set(settings_->lookInterval);
}

// What the host says.

void HostSupervisor::onMessage(pipe::HostMessage message) {
    const auto self = shared_from_this();
    watchdog_.progress();
    late_ = false;
    std::visit(
        [this]<class Message>(Message& said) {
            if constexpr (std::same_as<Message, pipe::Reply>) {
                onReply(std::move(said));
            } else if constexpr (std::same_as<Message, pipe::Ready>) {
                ready_ = true;
                if (problem_) spdlog::info("driver {} works again", driver_.name);
                problem_.reset();
            } else if constexpr (std::same_as<Message, pipe::Failed>) {
                fail(said.error);
            } else if constexpr (std::same_as<Message, pipe::NoEvents>) {
                hasNoEvents_ = true;
                lookRegularly();
            } else if constexpr (std::same_as<Message, pipe::Changed>) {
                setKnown(std::move(said.tokens));
            } else if constexpr (std::same_as<Message, pipe::Updated>) {
                updateKnown(said.token);
            } else if constexpr (std::same_as<Message, pipe::PinChanged>) {
                onPinChanged(said);
            } else {
                onPrompt(said);
            }
        },
        message);
}

void HostSupervisor::onReply(pipe::Reply reply) {
    const auto found = pending_.find(reply.id);
    if (found == pending_.end()) {
        return fail({ErrorCode::driverCrashed, "the token host answered what nobody asked"});
    }
    auto* result = std::get_if<pipe::Result>(&reply.outcome);
    if (result != nullptr && result->index() != found->second.resultKind) {
        return fail({ErrorCode::driverCrashed, "the token host answered something else"});
    }
    const Pending answered = std::move(found->second);
    pending_.erase(found);
    watchdog_.end(reply.id);
    if (result == nullptr) return answered.fail(std::get<Error>(reply.outcome));
    learn(*result);
    // Last: the coroutine may do anything.
    if (answered.waiter) answered.waiter->complete(nullptr, std::move(*result));
}

void HostSupervisor::Pending::fail(Error error) const {
    if (!waiter) return;
    if (hasNewPin) error.withReason(kPinChanged);
    waiter->complete(std::make_exception_ptr(std::move(error)), {});
}

void HostSupervisor::onPinChanged(const pipe::PinChanged& changed) {
    const auto asked = pending_.find(changed.id);
    if (asked == pending_.end())
        return fail({ErrorCode::driverCrashed, "the token host changed a PIN that nobody asked for"});
    asked->second.hasNewPin = true;
}

void HostSupervisor::onPrompt(const pipe::Prompt& prompt) {
    if (!watchdog_.prompt(prompt.id, prompt.dialog)) {
        return fail({ErrorCode::driverCrashed, "the token host opened a dialog that nobody asked for"});
    }
    const auto asked = pending_.find(prompt.id);
    if (asked == pending_.end() || !asked->second.turn) return;
    // A copy: whoever is told may do anything.
    const DialogTurn turn = asked->second.turn;
    if (prompt.dialog == pipe::Dialog::over) asked->second.turn.reset();
    turn->overlooked(prompt.dialog == pipe::Dialog::overlooked);
}

void HostSupervisor::learn(const pipe::Result& result) {
    if (const auto* tokens = std::get_if<std::vector<token::TokenInfo>>(&result)) setKnown(*tokens);
    if (const auto* token = std::get_if<token::TokenInfo>(&result)) updateKnown(*token);
}

void HostSupervisor::setKnown(std::vector<token::TokenInfo> tokens) {
    const std::vector<token::TokenInfo> before = std::exchange(known_, std::move(tokens));
    if (!std::exchange(looked_, true)) return;
    // A copy: a listener may lead to another change.
    const std::vector<token::TokenInfo> now = known_;
    for (const token::TokenInfo& token : before) {
        if (findConnection(now, token) == nullptr) notify_(Change::removed, token);
    }
    for (const token::TokenInfo& token : now) {
        const token::TokenInfo* old = findConnection(before, token);
        if (old == nullptr) {
            notify_(Change::inserted, token);
        } else if (*old != token) {
            notify_(Change::updated, token);
        }
    }
}

void HostSupervisor::updateKnown(const token::TokenInfo& token) {
    for (token::TokenInfo& known : known_) {
        if (known.id != token.id || known == token) continue;
        const token::TokenInfo before = std::exchange(known, token);
        // Copies: a listener may lead to another change.
        const token::TokenInfo now = token;
        if (token::isSameConnection(before, now)) {
            notify_(Change::updated, now);
        } else {
            notify_(Change::removed, before);
            notify_(Change::inserted, now);
        }
        return;
    }
}

// Ends.

void HostSupervisor::onEnd(const std::string& reason) { fail({ErrorCode::driverCrashed, reason}); }

void HostSupervisor::onOverrun(std::chrono::milliseconds limit) {
    fail({ErrorCode::driverTimeout,
          "the driver did not answer within " + std::to_string(limit.count()) + " ms"});
}

void HostSupervisor::notePause(const Error& error) {
    // One line for each trouble, however often it is met.
    if (!problem_ || problem_->code() != error.code() || std::string_view(problem_->what()) != error.what())
        spdlog::warn("driver {} ({}): {}: {}", driver_.name, driver_.library, toString(error.code()),
                     error.what());
    problem_ = error;
    if (Clock::now() - startedAt_ >= kStable) pause_ = std::chrono::milliseconds(0);
    notBefore_ = Clock::now() + pause_;
    pause_ = std::clamp(2 * pause_, settings_->firstPause, settings_->longestPause);
}

void HostSupervisor::fail(const Error& error) {
    const auto self = shared_from_this();
    const auto link = std::exchange(link_, nullptr);
    if (!link) return;
    link->kill();
    const bool worked = std::exchange(ready_, false);
    hasNoEvents_ = false;
    nextLook_.clear();
    late_ = false;
    watchdog_.clear();
    notePause(error);
    const auto failed = std::exchange(pending_, {});
    const auto lost = std::exchange(known_, {});
    for (const token::TokenInfo& token : lost) notify_(Change::lost, token);
    for (const auto& [id, pending] : failed) pending.fail(error);
    // One that worked is started again by itself, so that plugging is noticed and the tokens' return is told.
    if (worked) startAgain();
}

void HostSupervisor::startAgain() {
    const auto now = Clock::now();
    // It crashes again and again: the next use tries once more.
    if (notBefore_ - now > kLongestWait) return;
    if (notBefore_ <= now) return startAndLook();
    again_.set(notBefore_);
}

void HostSupervisor::startAndLook() {
    const auto self = shared_from_this();
    if (link_ || down_) return;
    try {
        startHost();
        lookAtTokens();
    } catch (const Error&) {
        // Noted; the next use tries again.
    }
}

void HostSupervisor::shutDown() {
    down_ = true;
    again_.clear();
    nextLook_.clear();
    problem_.emplace(ErrorCode::driverCrashed, "the token hosts are shut down");
    closing_ = std::exchange(link_, nullptr);
    if (closing_) closing_->close();
    watchdog_.clear();
    const auto failed = std::exchange(pending_, {});
    for (const auto& [id, pending] : failed) pending.fail(*problem_);
}

void HostSupervisor::waitForEnd(std::chrono::milliseconds time) {
    if (closing_) closing_->waitForEnd(time);
    closing_.reset();
}

}  // namespace ukey::hosts
