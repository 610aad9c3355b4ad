#include "daemon/server/peer.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>

namespace ukey::server {

using Endpoint = boost::asio::ip::tcp::endpoint;

namespace {

struct Request {
    nlmsghdr header;
    inet_diag_req_v2 query;
};

void putAddress(const boost::asio::ip::address& address, std::span<__be32, 4> field) {
    if (address.is_v4()) {
        const auto octets = address.to_v4().to_bytes();
        std::memcpy(field.data(), octets.data(), octets.size());
    } else {
        const auto octets = address.to_v6().to_bytes();
        std::memcpy(field.data(), octets.data(), octets.size());
    }
}

/// Asks for one socket, named from the peer's side: his address is the source.
Request makeRequest(const Endpoint& own, const Endpoint& peer, std::uint32_t sequence) {
    Request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST;
    request.header.nlmsg_seq = sequence;
    request.query.sdiag_family = peer.address().is_v4() ? AF_INET : AF_INET6;
    request.query.sdiag_protocol = IPPROTO_TCP;
    request.query.idiag_states = ~0U;
    request.query.id.idiag_sport = htons(peer.port());
    request.query.id.idiag_dport = htons(own.port());
    putAddress(peer.address(), request.query.id.idiag_src);
    putAddress(own.address(), request.query.id.idiag_dst);
    request.query.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    request.query.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return request;
}

/// A socket that its process has closed already has no owner any more, and a listening one is not the peer.
bool hasOwner(std::uint8_t state) {
    return state == TCP_ESTABLISHED || state == TCP_FIN_WAIT1 || state == TCP_FIN_WAIT2 ||
           state == TCP_CLOSE_WAIT;
}

std::optional<uid_t> ownerIn(std::span<const char> answer, const Request& request) {
    nlmsghdr header{};
    if (answer.size() < sizeof header) return std::nullopt;
    std::memcpy(&header, answer.data(), sizeof header);
    inet_diag_msg message{};
    const bool complete = header.nlmsg_seq == request.header.nlmsg_seq &&
                          header.nlmsg_type == SOCK_DIAG_BY_FAMILY &&
                          answer.size() >= NLMSG_HDRLEN + sizeof message;
    if (!complete) return std::nullopt;
    std::memcpy(&message, answer.data() + NLMSG_HDRLEN, sizeof message);
    const bool samePorts = message.id.idiag_sport == request.query.id.idiag_sport &&
                           message.id.idiag_dport == request.query.id.idiag_dport;
    if (!samePorts || !hasOwner(message.idiag_state)) return std::nullopt;
    return message.idiag_uid;
}

}  // namespace

struct PeerLookup::Handle {
    int socket = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    std::uint32_t sequence = 0;

    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (socket >= 0) ::close(socket);
    }

    std::optional<uid_t> ask(const Endpoint& own, const Endpoint& peer) {
        const Request request = makeRequest(own, peer, ++sequence);
        if (::send(socket, &request, sizeof request, 0) != static_cast<ssize_t>(sizeof request))
            return std::nullopt;
        // The kernel has answered when send returns. Answers to a question that was given up come first.
        alignas(nlmsghdr) std::array<char, 8192> answer{};
        for (;;) {
            const ssize_t got = ::recv(socket, answer.data(), answer.size(), MSG_DONTWAIT);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return std::nullopt;
            nlmsghdr header{};
            std::memcpy(&header, answer.data(), std::min(sizeof header, static_cast<std::size_t>(got)));
            if (header.nlmsg_seq == sequence)
                return ownerIn(std::span(answer).first(static_cast<std::size_t>(got)), request);
        }
    }
};

PeerLookup::PeerLookup() : handle_(std::make_unique<Handle>()) {
    if (handle_->socket < 0)
        spdlog::error("the owner of connections cannot be looked up: {}", std::strerror(errno));
}
PeerLookup::~PeerLookup() = default;

bool PeerLookup::isSameUser(const Endpoint& own, const Endpoint& peer) noexcept {
    return handle_->ask(own, peer) == ::geteuid();
}

}  // namespace ukey::server
