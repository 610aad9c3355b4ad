#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <optional>
#include <utility>

#include "daemon/hosts/host_supervisor.hpp"
#include "daemon/hosts/supervisor.hpp"
#include "tokenlib/async/deadline.hpp"

namespace ukey::hosts {
namespace {

namespace asio = boost::asio;

/// Time for all hosts together to clean up when ukeyd ends.
constexpr std::chrono::milliseconds kFarewell{500};

/// The hosts' answers to one question to all of them.
struct Collected {
    Collected(const asio::any_io_executor& executor, std::size_t hosts)
        : answers(hosts), isWaitedFor(hosts, true), patience(executor, [this] { end(); }) {}

    bool isComplete() const {
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (isWaitedFor[i]) return false;
        }
        return true;
    }
    void end() {
        patience.clear();
        if (waiter) std::exchange(waiter, nullptr)->complete(nullptr, true);
    }

    std::vector<std::optional<std::vector<token::TokenInfo>>> answers;
    std::vector<bool> isWaitedFor;
    Deadline patience;
    std::unique_ptr<Waiter<bool>> waiter;
};

class Listeners {
  public:
    std::shared_ptr<void> add(TokenHosts::Listener listener) {
        auto held = std::make_shared<TokenHosts::Listener>(std::move(listener));
        all_.push_back(held);
        return held;
    }
    void tell(const TokenChange& change) {
        std::erase_if(all_, [](const auto& weak) { return weak.expired(); });
        const auto now = all_;  // A listener may subscribe another.
        for (const auto& weak : now) {
            if (const auto listener = weak.lock()) (*listener)(change);
        }
    }

  private:
    std::vector<std::weak_ptr<TokenHosts::Listener>> all_;
};

struct ToCommand {
    template <class Op>
    pipe::Command operator()(Op&& op) const {
        return pipe::Command(std::forward<Op>(op));
    }
};

using Supervisors = std::vector<std::shared_ptr<HostSupervisor>>;

/// That somebody wants to hear of tokens that come and go, for as long as it is held.
class Watch {
  public:
    explicit Watch(const Supervisors& supervisors) : supervisors_(supervisors.begin(), supervisors.end()) {
        tell(true);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { tell(false); }

  private:
    void tell(bool isWatched) {
        for (const auto& weak : supervisors_) {
            if (const auto supervisor = weak.lock()) supervisor->watch(isWatched);
        }
    }

    std::vector<std::weak_ptr<HostSupervisor>> supervisors_;
};

class SupervisedHosts : public TokenHosts {
  public:
    SupervisedHosts(asio::any_io_executor executor, std::vector<DriverConfig> drivers, HostSettings settings)
        : executor_(std::move(executor)),
          settings_(std::make_shared<const HostSettings>(std::move(settings))),
          listeners_(std::make_shared<Listeners>()),
          identities_(std::make_shared<token::Identities>()) {
        for (DriverConfig& driver : drivers) {
            const std::string name = driver.name;
            supervisors_.push_back(std::make_shared<HostSupervisor>(
                executor_, settings_, std::move(driver),
                [listeners = listeners_, identities = identities_, name](Change change,
                                                                         const token::TokenInfo& token) {
                    const HostedToken told{name, token, identities->of(name, token)};
                    if (change == Change::removed || change == Change::lost)
                        identities->forget(name, token.id);
                    listeners->tell({change, told});
                }));
        }
    }
    SupervisedHosts(const SupervisedHosts&) = delete;
    SupervisedHosts& operator=(const SupervisedHosts&) = delete;

    ~SupervisedHosts() override {
        for (const auto& supervisor : supervisors_) supervisor->shutDown();
        const auto until = std::chrono::steady_clock::now() + kFarewell;
        for (const auto& supervisor : supervisors_) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                until - std::chrono::steady_clock::now());
            supervisor->waitForEnd(std::max(left, std::chrono::milliseconds(0)));
        }
    }

    asio::awaitable<std::vector<HostedToken>> tokens() override {
        return askAll(executor_, supervisors_, identities_);
    }

    using TokenHosts::run;
    asio::awaitable<token::OperationResult> run(std::string driver, token::Operation operation,
                                                DialogTurn turn) override {
        const auto found = std::find_if(supervisors_.begin(), supervisors_.end(),
                                        [&](const auto& s) { return s->name() == driver; });
        return runOn(found == supervisors_.end() ? nullptr : *found, std::move(driver), std::move(operation),
                     std::move(turn));
    }

    std::shared_ptr<void> subscribe(Listener listener) override {
        return listeners_->add(std::move(listener));
    }

    std::shared_ptr<void> watch() override {
        auto watch = watch_.lock();
        if (!watch) {
            watch = std::make_shared<Watch>(supervisors_);
            watch_ = watch;
        }
        return watch;
    }

    std::vector<DriverStatus> status() const override {
        std::vector<DriverStatus> all;
        all.reserve(supervisors_.size());
        for (const auto& supervisor : supervisors_) all.push_back(supervisor->status());
        return all;
    }

  private:
    static asio::awaitable<token::OperationResult> runOn(std::shared_ptr<HostSupervisor> supervisor,
                                                         std::string name, token::Operation operation,
                                                         DialogTurn turn) {
        if (!supervisor) throw Error(ErrorCode::driverMissing, "no driver is named " + name);
        auto calling = supervisor->call(std::visit(ToCommand{}, std::move(operation)), std::move(turn));
        co_return co_await std::move(calling);
    }

    static asio::awaitable<std::vector<HostedToken>> askAll(asio::any_io_executor executor,
                                                            Supervisors supervisors,
                                                            std::shared_ptr<token::Identities> identities) {
        auto collected = std::make_shared<Collected>(executor, supervisors.size());
        std::chrono::milliseconds longest{0};
        for (std::size_t i = 0; i < supervisors.size(); ++i) {
            // Before it is asked, for that starts it.
            const auto patience = supervisors[i]->patience();
            collected->isWaitedFor[i] = patience.count() > 0;
            longest = std::max(longest, patience);
            asio::co_spawn(executor, supervisors[i]->call(token::ListTokens{}),
                           [collected, i](const std::exception_ptr& error, pipe::Result result) {
                               collect(*collected, i, error, std::move(result));
                           });
        }
        if (!collected->isComplete()) {
            collected->patience.set(longest);
            auto all = waitFor<bool>(
                [collected](std::unique_ptr<Waiter<bool>> waiter) { collected->waiter = std::move(waiter); },
                {});
            (void)co_await std::move(all);
        }
        co_return gathered(*collected, supervisors, *identities);
    }

    static void collect(Collected& collected, std::size_t host, const std::exception_ptr& error,
                        pipe::Result result) {
        collected.isWaitedFor[host] = false;
        collected.answers[host].emplace();
        if (!error) collected.answers[host] = std::move(std::get<std::vector<token::TokenInfo>>(result));
        if (collected.isComplete()) collected.end();
    }

    static std::vector<HostedToken> gathered(Collected& collected, const Supervisors& supervisors,
                                             token::Identities& identities) {
        std::vector<HostedToken> tokens;
        for (std::size_t i = 0; i < supervisors.size(); ++i) {
            if (collected.isWaitedFor[i]) supervisors[i]->isLate();
            const auto& answer = collected.answers[i];
            const std::vector<token::TokenInfo> plugged = answer ? *answer : supervisors[i]->known();
            const std::string& driver = supervisors[i]->name();
            identities.keepOnly(driver, plugged);
            for (const token::TokenInfo& info : plugged)
                tokens.push_back({driver, info, identities.of(driver, info)});
        }
        return tokens;
    }

    asio::any_io_executor executor_;
    std::shared_ptr<const HostSettings> settings_;
    std::shared_ptr<Listeners> listeners_;
    std::shared_ptr<token::Identities> identities_;
    Supervisors supervisors_;
    std::weak_ptr<Watch> watch_;  ///< What all who watch share.
};

}  // namespace

std::string_view toString(DriverState state) noexcept {
    switch (state) {
        case DriverState::ready:
            return "ready";
        case DriverState::starting:
            return "starting";
        case DriverState::missing:
            return "missing";
        case DriverState::hung:
            return "hung";
        case DriverState::failed:
            break;
    }
    return "failed";
}

std::optional<DriverState> driverStateFrom(std::string_view name) noexcept {
    for (const auto state : {DriverState::ready, DriverState::starting, DriverState::missing,
                             DriverState::failed, DriverState::hung}) {
        if (toString(state) == name) return state;
    }
    return std::nullopt;
}

std::shared_ptr<TokenHosts> makeTokenHosts(asio::any_io_executor executor, std::vector<DriverConfig> drivers,
                                           HostSettings settings) {
    return std::make_shared<SupervisedHosts>(std::move(executor), std::move(drivers), std::move(settings));
}

}  // namespace ukey::hosts
