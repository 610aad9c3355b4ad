// What the rest of ukeyd sees of the token hosts: tokens of all drivers, calls with a deadline, and changes.
// Everything here runs on the one network thread; nothing blocks it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokenlib/base/error.hpp"
#include "tokenlib/prompt/sight.hpp"
#include "tokenlib/token/identity.hpp"
#include "tokenlib/token/operation_list.hpp"

namespace ukey::hosts {

/// Names a token among those of all drivers.
struct TokenAddress {
    std::string driver;  ///< `name` of the driver in the configuration.
    std::string token;   ///< TokenInfo::id.
    auto operator<=>(const TokenAddress&) const =
        default;  // NOLINT(modernize-use-nullptr): misread by clang 14.
};

struct HostedToken {
    std::string driver;
    token::TokenInfo info;
    token::Identity identity;  ///< The same as long as it is plugged in.
    TokenAddress address() const { return {driver, info.id}; }
};

enum class Change : std::uint8_t {
    inserted,
    removed,
    updated,
    /// The host of this token ended (crash, hang): every login and session on it is gone. `inserted` follows
    /// when the next host sees the token again.
    lost,
};

struct TokenChange {
    Change change;
    HostedToken token;
};

/// How one driver is. missing: its library is not there, or for another word size. hung: it does not answer.
enum class DriverState : std::uint8_t { ready, starting, missing, failed, hung };
std::string_view toString(DriverState state) noexcept;
std::optional<DriverState> driverStateFrom(std::string_view name) noexcept;

/// State of one driver, for pages, `ukeyctl doctor` and the log.
struct DriverStatus {
    std::string name;
    DriverState state = DriverState::starting;
    std::optional<ErrorCode> code;  ///< Why it is not ready, where that is known.
    std::string library;
    bool running = false;
    unsigned restarts = 0;
    std::string problem;  ///< Empty, or why the driver does not work (an error code and detail).
};

/// Held while an operation's dialogs are open, and told how they lie.
using DialogTurn = std::shared_ptr<prompt::Sight>;

class TokenHosts {
  public:
    virtual ~TokenHosts() = default;

    /// The plugged-in tokens of every driver that works, in the order of the drivers. Starts hosts that do
    /// not run yet. A driver that is not well is not waited for: of one that is late, the tokens that it had
    /// last are told, and its changes follow. It never fails the others.
    virtual boost::asio::awaitable<std::vector<HostedToken>> tokens() = 0;

    /// Runs one operation on the host of `driver`: its Result, or the ukey::Error thrown, is what the host
    /// answered. A cancelled coroutine closes the operation's dialog, if it has one; `turn` is let go when
    /// its last dialog has closed, before the driver goes on.
    virtual boost::asio::awaitable<token::OperationResult> run(std::string driver, token::Operation operation,
                                                               DialogTurn turn) = 0;
    boost::asio::awaitable<token::OperationResult> run(std::string driver, token::Operation operation) {
        return run(std::move(driver), std::move(operation), nullptr);
    }

    /// As `run`, with the operation's own result. Neither uses this object any more once it returned its
    /// coroutine.
    template <class Op>
    boost::asio::awaitable<typename Op::Result> call(std::string driver, Op op, DialogTurn turn = nullptr) {
        return resultOf<Op>(run(std::move(driver), token::Operation(std::move(op)), std::move(turn)));
    }

    /// Ends when the returned handle goes. The listener must not block nor throw.
    using Listener = std::function<void(const TokenChange&)>;
    virtual std::shared_ptr<void> subscribe(Listener listener) = 0;

    /// As long as the returned handle lives somebody listens: tokens are looked for now and then also in
    /// drivers that do not tell when they come and go. Never empty.
    virtual std::shared_ptr<void> watch() = 0;

    virtual std::vector<DriverStatus> status() const = 0;

  private:
    template <class Op>
    static boost::asio::awaitable<typename Op::Result> resultOf(
        boost::asio::awaitable<token::OperationResult> running) {
        token::OperationResult result = co_await std::move(running);
        co_return std::get<typename Op::Result>(std::move(result));
    }
};

}  // namespace ukey::hosts
