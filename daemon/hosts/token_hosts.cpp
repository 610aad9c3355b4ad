#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <utility>

#include "daemon/hosts/host_supervisor.hpp"
#include "daemon/hosts/supervisor.hpp"

namespace ukey::hosts {
namespace {

namespace asio = boost::asio;

/// Time for all hosts together to clean up when ukeyd ends.
constexpr std::chrono::milliseconds kFarewell{500};

/// The hosts' answers to one question to all of them.
struct Collected {
    std::vector<HostedToken> tokens;
    std::size_t missing = 0;
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

struct ToResult {
    template <class Value>
    OperationResult operator()(Value&& value) const {
        if constexpr (std::is_same_v<std::decay_t<Value>, std::vector<token::TokenInfo>>) {
            throw Error(ErrorCode::internal, "a list of tokens is no operation's result");
        } else {
            return OperationResult(std::forward<Value>(value));
        }
    }
};

class SupervisedHosts : public TokenHosts {
  public:
    SupervisedHosts(asio::any_io_executor executor, std::vector<DriverConfig> drivers, HostSettings settings)
        : executor_(std::move(executor)),
          settings_(std::make_shared<const HostSettings>(std::move(settings))),
          listeners_(std::make_shared<Listeners>()) {
        for (DriverConfig& driver : drivers) {
            const std::string name = driver.name;
            supervisors_.push_back(std::make_shared<HostSupervisor>(
                executor_, settings_, std::move(driver),
                [listeners = listeners_, name](Change change, const token::TokenInfo& token) {
                    listeners->tell({change, {name, token}});
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

    asio::awaitable<std::vector<HostedToken>> tokens() override { return askAll(executor_, supervisors_); }

    asio::awaitable<OperationResult> run(std::string driver, Operation operation) override {
        const auto found = std::find_if(supervisors_.begin(), supervisors_.end(),
                                        [&](const auto& s) { return s->name() == driver; });
        return runOn(found == supervisors_.end() ? nullptr : *found, std::move(driver), std::move(operation));
    }

    std::shared_ptr<void> subscribe(Listener listener) override {
        return listeners_->add(std::move(listener));
    }

    std::vector<DriverStatus> status() const override {
        std::vector<DriverStatus> all;
        all.reserve(supervisors_.size());
        for (const auto& supervisor : supervisors_) all.push_back(supervisor->status());
        return all;
    }

  private:
    using Supervisors = std::vector<std::shared_ptr<HostSupervisor>>;

    static asio::awaitable<OperationResult> runOn(std::shared_ptr<HostSupervisor> supervisor,
                                                  std::string name, Operation operation) {
        if (!supervisor) throw Error(ErrorCode::driverMissing, "no driver is named " + name);
        pipe::Result result = co_await supervisor->call(std::visit(ToCommand{}, std::move(operation)));
        co_return std::visit(ToResult{}, std::move(result));
    }

    static asio::awaitable<std::vector<HostedToken>> askAll(asio::any_io_executor executor,
                                                            Supervisors supervisors) {
        auto collected = std::make_shared<Collected>();
        collected->missing = supervisors.size();
        for (const auto& supervisor : supervisors) {
            asio::co_spawn(executor, supervisor->call(token::ListTokens{}),
                           [collected, supervisor](const std::exception_ptr& error, pipe::Result result) {
                               collect(*collected, *supervisor, error, std::move(result));
                           });
        }
        if (collected->missing > 0) {
            auto all = waitFor<bool>(
                [collected](std::unique_ptr<Waiter<bool>> waiter) { collected->waiter = std::move(waiter); },
                {});
            (void)co_await std::move(all);
        }
        co_return std::move(collected->tokens);
    }

    static void collect(Collected& collected, const HostSupervisor& supervisor,
                        const std::exception_ptr& error, pipe::Result result) {
        if (!error) {
            for (auto& info : std::get<std::vector<token::TokenInfo>>(result)) {
                collected.tokens.push_back({supervisor.name(), std::move(info)});
            }
        }
        if (--collected.missing > 0 || !collected.waiter) return;
        std::exchange(collected.waiter, nullptr)->complete(nullptr, true);
    }

    asio::any_io_executor executor_;
    std::shared_ptr<const HostSettings> settings_;
    std::shared_ptr<Listeners> listeners_;
    Supervisors supervisors_;
};

}  // namespace

std::shared_ptr<TokenHosts> makeTokenHosts(asio::any_io_executor executor, std::vector<DriverConfig> drivers,
                                           HostSettings settings) {
    return std::make_shared<SupervisedHosts>(std::move(executor), std::move(drivers), std::move(settings));
}

}  // namespace ukey::hosts
