// Keeps one driver usable: starts its host on first use, restarts it with growing pauses, ends it when it
// overruns its deadline, and knows its tokens.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/hosts/host_link.hpp"
#include "daemon/hosts/supervisor.hpp"
#include "daemon/hosts/waiter.hpp"
#include "daemon/hosts/watchdog.hpp"
#include "tokenlib/async/deadline.hpp"
#include "tokenlib/pipe/messages.hpp"

namespace ukey::hosts {

class HostSupervisor : public std::enable_shared_from_this<HostSupervisor> {
  public:
    using Notify = std::function<void(Change, const token::TokenInfo&)>;

    HostSupervisor(boost::asio::any_io_executor executor, std::shared_ptr<const HostSettings> settings,
                   DriverConfig driver, Notify notify);
    ~HostSupervisor();
    HostSupervisor(const HostSupervisor&) = delete;
    HostSupervisor& operator=(const HostSupervisor&) = delete;

    const std::string& name() const { return driver_.name; }
    DriverStatus status() const;
    /// The tokens that were seen last.
    std::vector<token::TokenInfo> known() const { return known_; }

    /// See TokenHosts::watch().
    void watch(bool isWatched);

    /// How long a question for its tokens is worth waiting for; nothing while it is known not to answer.
    std::chrono::milliseconds patience() const;
    /// It did not answer in that time.
    void isLate() { late_ = true; }

    /// Runs one operation, starting the host when it does not run. When it failed lately, waits for the pause
    /// to pass, or fails at once with the last failure's code when the pause is long.
    boost::asio::awaitable<pipe::Result> call(pipe::Command command, DialogTurn turn = nullptr);

    /// Fails what is under way and lets the host end by itself; `waitForEnd` gives it time for that.
    void shutDown();
    void waitForEnd(std::chrono::milliseconds time);

  private:
    using Clock = std::chrono::steady_clock;
    struct Pending {
        std::size_t resultKind;
        std::unique_ptr<Waiter<pipe::Result>> waiter;  ///< None for our own look at the tokens.
        DialogTurn turn;                               ///< Until its last dialog has closed.
        bool hasNewPin = false;                        ///< The host said so (pipe::PinChanged).

        /// Answers whoever waits, last of all: the coroutine may do anything.
        void fail(Error error) const;
    };

    DriverState state() const;
    boost::asio::awaitable<void> ensureRunning();
    void startHost();
    void send(std::uint64_t id, const pipe::Command& command, std::unique_ptr<Waiter<pipe::Result>> waiter);
    void lookAtTokens() { send(++lastId_, token::ListTokens{}, nullptr); }
    void cancel(std::uint64_t id);
    void lookRegularly();

    void onMessage(pipe::HostMessage message);
    void onPinChanged(const pipe::PinChanged& changed);
    void onReply(pipe::Reply reply);
    void onPrompt(const pipe::Prompt& prompt);
    void learn(const pipe::Result& result);
    void setKnown(std::vector<token::TokenInfo> tokens);
    void updateKnown(const token::TokenInfo& token);

    void onEnd(const std::string& reason);
    void onOverrun(std::chrono::milliseconds limit);
    void fail(const Error& error);
    void startAgain();
    void startAndLook();
    void notePause(const Error& error);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<const HostSettings> settings_;
    DriverConfig driver_;
    Notify notify_;

    std::shared_ptr<HostLink> link_;
    std::shared_ptr<HostLink> closing_;
    bool ready_ = false;
    bool late_ = false;  ///< Until it answers anything, or ends.
    bool down_ = false;
    std::uint64_t lastId_ = 0;
    std::unordered_map<std::uint64_t, Pending> pending_;
    Watchdog watchdog_;

    std::vector<token::TokenInfo> known_;
    bool isWatched_ = false;
    bool hasNoEvents_ = false;
    Deadline nextLook_;    ///< Runs only while both are true.
    bool looked_ = false;  ///< Whether `known_` was ever filled: the first look tells nobody of news.

    std::optional<Error> problem_;
    unsigned starts_ = 0;
    Clock::time_point startedAt_;
    Clock::time_point notBefore_;
    Deadline again_;  ///< Runs while one that worked waits for its pause to pass.
    std::chrono::milliseconds pause_{0};
};

}  // namespace ukey::hosts
