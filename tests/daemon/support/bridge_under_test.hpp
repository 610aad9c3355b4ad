// A running bridge and server in this process, on a thread of their own, with tokens in software.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/api/bridge.hpp"
#include "daemon/config/config.hpp"
#include "daemon/server/server.hpp"
#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/fake_hosts.hpp"

namespace ukey::test {

/// Answers of the consent dialogs and what they said.
struct ConsentScript {
    std::deque<ErrorCode> refusals;  ///< The next dialogs end so; without one, the user agrees.
    std::vector<prompt::Dialog> dialogs;
    bool hold = false;  ///< Dialogs stay open until cancelled.
    unsigned open = 0;
    unsigned mostOpen = 0;
};

class BridgeUnderTest {
  public:
    /// Grants tokens, certificates, sign, manage and digest to https://portal.example and
    /// https://other.example, and tokens alone to https://poor.example.
    static config::Config usualConfig();

    explicit BridgeUnderTest(config::Config configuration = usualConfig());
    ~BridgeUnderTest();
    BridgeUnderTest(const BridgeUnderTest&) = delete;
    BridgeUnderTest& operator=(const BridgeUnderTest&) = delete;

    std::uint16_t port() const noexcept { return port_; }

    /// Runs on the network thread and waits for it.
    template <class F>
    auto inLoop(F&& work) {
        std::packaged_task<decltype(work())()> task(std::forward<F>(work));
        auto outcome = task.get_future();
        boost::asio::post(context_, [&] { task(); });
        return outcome.get();
    }

    /// Lets the loop run until the condition, looked at on the network thread, holds.
    void waitUntil(const std::function<bool()>& condition);

    FakeHosts& hosts() { return *hosts_; }
    ConsentScript& consent() { return consent_; }

    /// Moves the clock by which requests for an unlock grow old.
    void advance(std::chrono::seconds by) { later_ += by.count(); }

    hosts::TokenAddress plug(const std::string& serial,
                             token::KeyAlgorithm algorithm = token::KeyAlgorithm::p256,
                             const std::string& driver = "fake") {
        return inLoop([&] { return hosts_->plug(serial, algorithm, driver); });
    }

  private:
    boost::asio::io_context context_{1};
    std::shared_ptr<FakeHosts> hosts_;
    ConsentScript consent_;
    std::atomic<std::int64_t> later_ = 0;
    std::optional<api::Bridge> bridge_;
    std::optional<server::Server> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace ukey::test
