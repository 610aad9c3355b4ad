#include "daemon/hosts/host_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <system_error>
#include <utility>

#include "daemon/hosts/library_path.hpp"
#include "daemon/hosts/platform/host_environment.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pipe/host_arguments.hpp"

namespace ukey::hosts {
namespace {

namespace asio = boost::asio;

// A process closes its end shortly before it can be reaped, and how it ended is worth a moment.
constexpr std::chrono::milliseconds kLastBreath{5};
constexpr std::chrono::milliseconds kAfterKill{200};

}  // namespace

HostLink::HostLink(asio::any_io_executor executor, const HostSettings& settings, const DriverConfig& driver,
                   const std::string& library)
    : executor_(std::move(executor)) {
    try {
        process::ChannelPair ends = process::makeChannelPair();
        pipe_ = std::make_shared<pipe::DaemonEnd>(executor_, std::move(ends.ours));
        const pipe::HostArguments arguments{.kind = std::string(toString(driver.kind)),
                                            .library = library,
                                            .options = driver.options,
                                            .pinentry = settings.pinentry,
                                            .terminal = settings.terminal,
                                            .terminalType = settings.terminalType,
                                            .channel = process::channelName(ends.childs)};
        child_ = process::Child::spawn({.program = hostProgramFor(library, settings),
                                        .arguments = pipe::toCommandLine(arguments),
                                        .environment = hostEnvironment(),
                                        .channel = &ends.childs});
    } catch (const std::system_error& error) {
        throw Error(ErrorCode::driverMissing, std::string("cannot start the token host: ") + error.what());
    }
}

HostLink::~HostLink() {
    pipe_->close();
    process::endLater(executor_, std::move(child_));
}

void HostLink::start(OnMessage onMessage, OnEnd onEnd) {
    onMessage_ = std::move(onMessage);
    onEnd_ = std::move(onEnd);
    asio::co_spawn(
        executor_, [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->read(); },
        asio::detached);
}

asio::awaitable<void> HostLink::read() {
    std::string reason;
    while (reason.empty()) {
        try {
            std::optional<pipe::HostMessage> message = co_await pipe_->receive();
            if (!onMessage_) co_return;
            if (message) {
                // A copy: what it leads to may close this link.
                const OnMessage told = onMessage_;
                told(std::move(*message));
                if (!onMessage_) co_return;
            } else {
                reason = "the token host ended";
            }
        } catch (const Error& error) {
            reason = error.code() == ErrorCode::driverCrashed
                         ? error.what()
                         : std::string("the token host spoke nonsense: ") + error.what();
        }
    }
    ended(std::move(reason));
}

void HostLink::ended(std::string reason) {
    if (!onEnd_) return;
    if (const auto state = child_.waitFor(kLastBreath); state && state->fault != 0)
        reason += " " + process::describeFault(*state);
    const OnEnd told = std::move(onEnd_);
    kill();
    if (told) told(std::move(reason));
}

void HostLink::kill() {
    close();
    process::endLater(executor_, std::move(child_));
}

void HostLink::close() {
    onMessage_ = nullptr;
    onEnd_ = nullptr;
    pipe_->close();
}

void HostLink::waitForEnd(std::chrono::milliseconds time) {
    if (!child_.waitFor(time)) {
        child_.kill();
        (void)child_.waitFor(kAfterKill);
    }
    child_ = {};
}

}  // namespace ukey::hosts
