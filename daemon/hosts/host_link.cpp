#include "daemon/hosts/host_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <system_error>
#include <utility>

#include "daemon/hosts/platform/host_environment.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/secret.hpp"

namespace ukey::hosts {
namespace {

namespace asio = boost::asio;

constexpr int kHostSocket = 3;
constexpr std::size_t kKeptBuffer = 65536;
// A process closes its socket shortly before it can be reaped, and how it ended is worth a moment.
constexpr std::chrono::milliseconds kLastBreath{5};
constexpr std::chrono::milliseconds kAfterKill{200};

std::vector<std::string> hostArguments(const HostSettings& settings, const DriverConfig& driver,
                                       const std::string& library) {
    std::vector<std::string> arguments{"--kind", std::string(toString(driver.kind)), "--library", library};
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) arguments.insert(arguments.end(), {name, value});
    };
    add("--options", driver.options);
    add("--pinentry", settings.pinentry);
    add("--terminal", settings.terminal);
    add("--terminal-type", settings.terminalType);
    return arguments;
}

}  // namespace

HostLink::HostLink(asio::any_io_executor executor, const HostSettings& settings, const DriverConfig& driver,
                   const std::string& library)
    : executor_(std::move(executor)), socket_(executor_) {
    try {
        const process::StreamPair pair = process::makeStreamPair();
        socket_.assign(asio::local::stream_protocol(), pair.first);
        struct Closer {
            int descriptor;
            ~Closer() { process::closeDescriptor(descriptor); }
        } const closer{pair.second};
        socket_.non_blocking(true);
        process::SpawnOptions options;
        options.program = settings.hostProgram;
        options.arguments = hostArguments(settings, driver, library);
        options.environment = hostEnvironment();
        options.descriptors = {{pair.second, kHostSocket}};
        child_ = process::Child::spawn(options);
    } catch (const std::system_error& error) {
        throw Error(ErrorCode::driverMissing, std::string("cannot start the token host: ") + error.what());
    }
}

HostLink::~HostLink() { process::endLater(executor_, std::move(child_)); }

void HostLink::start(OnMessage onMessage, OnEnd onEnd) {
    onMessage_ = std::move(onMessage);
    onEnd_ = std::move(onEnd);
    asio::co_spawn(
        executor_, [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->read(); },
        asio::detached);
}

asio::awaitable<void> HostLink::read() {
    for (;;) {
        const auto room = input_.room();
        boost::system::error_code error;
        const std::size_t got = co_await socket_.async_read_some(
            asio::buffer(room.data(), room.size()), asio::redirect_error(asio::use_awaitable, error));
        if (!onMessage_) co_return;
        if (error) co_return ended("the token host ended");
        input_.filled(got);
        try {
            deliver();
        } catch (const Error& nonsense) {
            co_return ended(std::string("the token host spoke nonsense: ") + nonsense.what());
        }
        if (!onMessage_) co_return;
    }
}

void HostLink::deliver() {
    while (onMessage_) {
        const auto message = input_.next();
        if (!message) return;
        pipe::HostMessage decoded = pipe::decodeHostMessage(*message);
        // A copy: what it leads to may close this link.
        const OnMessage told = onMessage_;
        told(std::move(decoded));
    }
}

void HostLink::ended(std::string reason) {
    if (const auto state = child_.waitFor(kLastBreath); state && state->signal != 0) {
        reason += " by signal " + std::to_string(state->signal);
    }
    const OnEnd told = std::move(onEnd_);
    kill();
    if (told) told(std::move(reason));
}

void HostLink::send(std::uint64_t id, const pipe::Command& command) {
    const bool secret = pipe::carriesSecret(command);
    struct Wiper {
        Bytes& frame;
        bool wanted;
        ~Wiper() {
            if (wanted) wipe(frame);
        }
    } const wiper{frame_, secret};
    pipe::encode(frame_, id, command);
    std::size_t sent = 0;
    if (unsent_.empty() && !draining_) {
        boost::system::error_code error;
        sent = socket_.write_some(asio::buffer(frame_), error);
        // Whatever else is wrong with the socket, the reader sees it too.
        if (error && error != asio::error::would_block) return;
    }
    if (sent < frame_.size()) {
        keepUnsent(ByteView(frame_).subspan(sent));
        unsentSecret_ = unsentSecret_ || secret;
        if (!draining_) {
            draining_ = true;
            asio::co_spawn(
                executor_, [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->drain(); },
                asio::detached);
        }
    }
    if (frame_.capacity() > kKeptBuffer) frame_ = Bytes();
}

void HostLink::keepUnsent(ByteView octets) {
    if (unsentSecret_ && unsent_.capacity() - unsent_.size() < octets.size()) {
        Bytes moved;
        moved.reserve(2 * (unsent_.size() + octets.size()));
        moved.assign(unsent_.begin(), unsent_.end());
        wipe(unsent_);
        unsent_ = std::move(moved);
    }
    unsent_.insert(unsent_.end(), octets.begin(), octets.end());
}

asio::awaitable<void> HostLink::drain() {
    while (!unsent_.empty()) {
        Bytes now = std::exchange(unsent_, {});
        const bool secret = std::exchange(unsentSecret_, false);
        boost::system::error_code error;
        co_await asio::async_write(socket_, asio::buffer(now),
                                   asio::redirect_error(asio::use_awaitable, error));
        if (secret) wipe(now);
        if (error) break;
    }
    draining_ = false;
}

void HostLink::kill() {
    onMessage_ = nullptr;
    onEnd_ = nullptr;
    boost::system::error_code ignored;
    socket_.close(ignored);
    process::endLater(executor_, std::move(child_));
}

void HostLink::close() {
    onMessage_ = nullptr;
    onEnd_ = nullptr;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void HostLink::waitForEnd(std::chrono::milliseconds time) {
    if (!child_.waitFor(time)) {
        child_.kill();
        (void)child_.waitFor(kAfterKill);
    }
    child_ = {};
}

}  // namespace ukey::hosts
