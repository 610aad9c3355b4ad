#include "tokenlib/pipe/ends.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "tokenlib/base/secret.hpp"
#include "tokenlib/pipe/cbor.hpp"

namespace ukey::pipe {
namespace {

namespace asio = boost::asio;

// Larger ones are given back: a daemon that idles keeps no more than this.
constexpr std::size_t kKeptBuffer = 65536;

void keepSmall(Bytes& frame) {
    if (frame.capacity() > kKeptBuffer) frame = Bytes();
}

}  // namespace

asio::awaitable<std::optional<ByteView>> FrameSource::next() {
    for (;;) {
        if (const auto message = frames_.next()) co_return message;
        const auto room = frames_.room();
        boost::system::error_code error;
        const std::size_t got = co_await channel_.read(room, error);
        if (error) co_return std::nullopt;
        frames_.filled(got);
    }
}

DaemonEnd::DaemonEnd(asio::any_io_executor executor, process::Handle end)
    : executor_(std::move(executor)), source_(executor_, std::move(end)) {}

asio::awaitable<std::optional<HostMessage>> DaemonEnd::receive() {
    const auto self = shared_from_this();
    const std::optional<ByteView> octets = co_await source_.next();
    if (!octets) co_return std::nullopt;
    HostMessage message = decodeHostMessage(*octets);
    if (const auto* ready = std::get_if<Ready>(&message); ready != nullptr) {
        if (ready->version != kPipeVersion)
            throw Error(ErrorCode::driverCrashed, "the token host is of another version than ukeyd");
        greeted_ = true;
    } else if (!greeted_ && !std::holds_alternative<Failed>(message)) {
        failPipe("the host did not say its version first");
    }
    co_return message;
}

void DaemonEnd::send(std::uint64_t id, const Command& command) {
    const bool secret = carriesSecret(command);
    struct Wiper {
        Bytes& frame;
        bool wanted;
        ~Wiper() {
            if (wanted) wipe(frame);
        }
    } const wiper{frame_, secret};
    encode(frame_, id, command);
    const std::size_t sent = unsent_.empty() && !draining_ ? source_.channel().writeNow(frame_) : 0;
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
    keepSmall(frame_);
}

void DaemonEnd::keepUnsent(ByteView octets) {
    if (unsentSecret_ && unsent_.capacity() - unsent_.size() < octets.size()) {
        Bytes moved;
        moved.reserve(2 * (unsent_.size() + octets.size()));
        moved.assign(unsent_.begin(), unsent_.end());
        wipe(unsent_);
        unsent_ = std::move(moved);
    }
    unsent_.insert(unsent_.end(), octets.begin(), octets.end());
}

asio::awaitable<void> DaemonEnd::drain() {
    while (!unsent_.empty()) {
        Bytes now = std::exchange(unsent_, {});
        const bool secret = std::exchange(unsentSecret_, false);
        boost::system::error_code error;
        co_await source_.channel().write(now, error);
        if (secret) wipe(now);
        if (error) break;
    }
    draining_ = false;
}

asio::awaitable<std::optional<Request>> HostEnd::receive() {
    const std::optional<ByteView> octets = co_await source_.next();
    if (!octets) co_return std::nullopt;
    Request request = decodeRequest(*octets);
    if (carriesSecret(request.command)) source_.wipeRead();
    co_return request;
}

void HostEnd::send(const HostMessage& message) {
    encode(frame_, message);
    boost::system::error_code error;
    source_.channel().writeAndWait(frame_, error);
    keepSmall(frame_);
}

}  // namespace ukey::pipe
