#include "tests/daemon/support/bridge_under_test.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "tests/daemon/support/registration_authority.hpp"

namespace ukey::test {

namespace asio = boost::asio;

namespace {

class ScriptedPrompter : public prompt::Prompter {
  public:
    explicit ScriptedPrompter(ConsentScript& script) : script_(script) {}

    asio::awaitable<void> confirm(prompt::Dialog dialog) override {
        script_.dialogs.push_back(std::move(dialog));
        ++script_.open;
        script_.mostOpen = std::max(script_.mostOpen, script_.open);
        const std::shared_ptr<void> closed(nullptr, [this](void*) { --script_.open; });
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_at(script_.hold ? asio::steady_timer::time_point::max()
                                      : asio::steady_timer::time_point::min());
        co_await timer.async_wait(asio::use_awaitable);
        if (!script_.refusals.empty()) {
            const ErrorCode code = script_.refusals.front();
            script_.refusals.pop_front();
            throw Error(code, "scripted");
        }
    }
    asio::awaitable<Secret> pin(prompt::Dialog) override { throw std::logic_error("ukeyd asks for no PIN"); }
    asio::awaitable<Secret> newPin(prompt::Dialog, prompt::NewPinCheck) override {
        throw std::logic_error("ukeyd asks for no PIN");
    }
    asio::awaitable<void> message(prompt::Dialog) override { throw std::logic_error("not used"); }
    asio::awaitable<std::size_t> choose(prompt::Dialog, std::vector<std::string>) override {
        throw std::logic_error("not used");
    }

  private:
    ConsentScript& script_;
};

policy::OriginRule rule(const std::string& origin, policy::Scopes scopes) {
    return {policy::OriginPattern::parse(origin), scopes, policy::Confirm::login};
}

}  // namespace

config::Config BridgeUnderTest::usualConfig() {
    using enum policy::Scope;
    config::Config configuration;
    configuration.ports = {0};
    configuration.origins = {rule(kPortal, {tokens, certificates, sign, manage, digest}),
                             rule("https://other.example", {tokens, certificates, sign, manage, digest}),
                             rule("https://poor.example", {tokens})};
    configuration.unlockAuthorities = {registrationAuthority().pem};
    return configuration;
}

BridgeUnderTest::BridgeUnderTest(config::Config configuration)
    : hosts_(std::make_shared<FakeHosts>(context_.get_executor())) {
    bridge_.emplace(
        context_.get_executor(), configuration, Bytes(32, 7), hosts_,
        [this] { return std::make_unique<ScriptedPrompter>(consent_); },
        [this] { return std::chrono::steady_clock::now() + std::chrono::seconds(later_); });
    server_.emplace(context_.get_executor(), *bridge_,
                    server::ServerSettings{configuration.ports, configuration.limits, "1.2.3"});
    port_ = server_->port();
    thread_ = std::thread([this] { context_.run(); });
}

BridgeUnderTest::~BridgeUnderTest() {
    asio::post(context_, [this] { server_->stop([this] { context_.stop(); }); });
    thread_.join();
    bridge_->finish(context_);
}

void BridgeUnderTest::waitUntil(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!inLoop([&] { return condition(); })) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("waited too long");
        std::this_thread::yield();
    }
}

}  // namespace ukey::test
