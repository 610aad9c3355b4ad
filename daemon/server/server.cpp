#include "daemon/server/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <list>
#include <map>
#include <memory>
#include <utility>

#include "daemon/server/connection.hpp"
#include "daemon/server/handshake.hpp"
#include "daemon/server/http_answer.hpp"
#include "daemon/server/listeners.hpp"
#include "daemon/server/peer.hpp"
#include "tokenlib/async/deadline.hpp"
#include "tokenlib/base/platform/idle_memory.hpp"

namespace ukey::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

/// Cookies of every program that ever ran on this computer's localhost come along.
constexpr std::uint32_t kLargestHeader = 64 * 1024;
/// Of all messages that pages have sent and that nobody has dealt with yet.
constexpr std::size_t kMostOctets = 96UL * 1024UL * 1024UL;
constexpr std::chrono::seconds kStatusTimeout{20};  ///< Drivers are asked for their tokens.
constexpr std::chrono::seconds kHeaderTimeout{10};  ///< From the first octet of a request to its end.
constexpr std::chrono::seconds kAnswerTimeout{5};
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::seconds kFarewell{1};
/// Processes of other users get a refusal, but not the room to wait for it.
constexpr std::size_t kWaitingOfOthers = 8;

/// Closes a socket when its time is over.
class SocketDeadline : public Deadline {
  public:
    explicit SocketDeadline(tcp::socket& socket)
        : Deadline(socket.get_executor(), [&socket] {
              boost::system::error_code ignored;
              socket.close(ignored);
          }) {}
};

RequestFacts factsOf(const Connection::Request& request, bool sameUser, bool hasBody) {
    RequestFacts facts;
    facts.sameUser = sameUser;
    facts.method = request.method_string();
    facts.target = request.target();
    facts.hostCount = static_cast<unsigned>(request.count(http::field::host));
    facts.host = request[http::field::host];
    facts.originCount = static_cast<unsigned>(request.count(http::field::origin));
    facts.origin = request[http::field::origin];
    facts.isUpgrade =
        boost::beast::websocket::is_upgrade(request) && request[http::field::sec_websocket_version] == "13";
    const auto [first, last] = request.equal_range(http::field::sec_websocket_protocol);
    facts.offersSubprotocol =
        std::any_of(first, last, [](const auto& field) { return listHas(field.value(), kSubprotocol); });
    facts.keyCount = static_cast<unsigned>(request.count(http::field::sec_websocket_key));
    facts.key = request[http::field::sec_websocket_key];
    facts.hasBody = hasBody;
    facts.isForStatus = request.count(std::string(kStatusField)) == 1;
    return facts;
}

}  // namespace

class Server::Door : public std::enable_shared_from_this<Door> {
  public:
    Door(const asio::any_io_executor& executor, Application& application, ServerSettings settings)
        : executor_(executor),
          application_(application),
          settings_(std::move(settings)),
          terms_{application, octets_, std::chrono::seconds(settings_.limits.messageSeconds)},
          farewell_(executor),
          listeners_(listenOnLoopback(executor, settings_.ports)) {}

    void open() {
        for (tcp::acceptor& acceptor : listeners_.acceptors)
            asio::co_spawn(executor_, acceptAll(shared_from_this(), acceptor), asio::detached);
    }

    std::uint16_t port() const noexcept { return listeners_.port; }

    void stop(std::function<void()> done) {
        boost::system::error_code ignored;
        for (tcp::acceptor& acceptor : listeners_.acceptors) acceptor.close(ignored);
        for (Waiting& waiting : waiting_) waiting.socket->close(ignored);
        for (const auto& connection : connections_) connection->goAway();
        done_ = std::move(done);
        farewell_.expires_after(kFarewell);
        farewell_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
            if (error) return;
            const auto left = self->connections_;
            for (const auto& connection : left) connection->abort();
            self->finish();
        });
        finishIfEmpty();
    }

  private:
    /// A connection that has not finished its handshake.
    struct Waiting {
        tcp::socket* socket;
        bool sameUser;
    };

    class WaitingEntry {
      public:
        WaitingEntry(Door& door, tcp::socket& socket, bool sameUser)
            : door_(door), place_(door.waiting_.insert(door.waiting_.end(), {&socket, sameUser})) {}
        WaitingEntry(const WaitingEntry&) = delete;
        WaitingEntry& operator=(const WaitingEntry&) = delete;
        ~WaitingEntry() { door_.waiting_.erase(place_); }

      private:
        Door& door_;
        std::list<Waiting>::iterator place_;
    };

    static asio::awaitable<void> acceptAll(std::shared_ptr<Door> self, tcp::acceptor& acceptor) {
        asio::steady_timer pause(self->executor_);
        while (acceptor.is_open()) {
            boost::system::error_code error;
            tcp::endpoint peer;
            tcp::socket socket =
                co_await acceptor.async_accept(peer, asio::redirect_error(asio::use_awaitable, error));
            if (!acceptor.is_open()) co_return;
            if (error) {
                // Out of descriptors, most likely: those in use have to end first.
                spdlog::warn("a connection cannot be accepted: {}", error.message());
                pause.expires_after(kAcceptPause);
                co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
                continue;
            }
            const auto own = socket.local_endpoint(error);
            if (error) continue;
            const bool sameUser = self->peers_.isSameUser(own, peer);
            self->makeRoom(sameUser);
            asio::co_spawn(self->executor_, greet(self, std::move(socket), sameUser), asio::detached);
        }
    }

    /// The oldest goes first: nobody can keep the door shut by standing in it.
    void makeRoom(bool sameUser) {
        const std::size_t most = sameUser ? settings_.limits.waiting : kWaitingOfOthers;
        std::size_t count = 0;
        for (const Waiting& waiting : waiting_) count += waiting.sameUser == sameUser ? 1U : 0U;
        if (count < most) return;
        const auto oldest = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
            return waiting.sameUser == sameUser;
        });
        boost::system::error_code ignored;
        oldest->socket->close(ignored);
    }

    static asio::awaitable<void> greet(std::shared_ptr<Door> self, tcp::socket socket, bool sameUser) {
        http::request_parser<http::empty_body> parser;
        Verdict verdict;
        {
            const WaitingEntry entry(*self, socket, sameUser);
            SocketDeadline deadline(socket);
            if (!co_await self->readRequest(socket, deadline, parser, sameUser)) co_return;
            // Not every system knows whose a connection is before its owner has used it.
            if (!sameUser) sameUser = self->isSameUser(socket);
            const bool hasBody = parser.chunked() || parser.content_length().value_or(0) > 0;
            const RequestFacts facts = factsOf(parser.get(), sameUser, hasBody);
            verdict = judge(facts, self->port(),
                            [&](const policy::Origin& origin) { return self->application_.admits(origin); });
            if (verdict.action == Verdict::Action::upgrade && !self->hasRoomFor(*verdict.origin))
                verdict = busy(std::move(verdict));
            if (verdict.action == Verdict::Action::refuse)
                self->application_.refused(facts.origin, verdict.code);
            if (verdict.action == Verdict::Action::status) {
                std::string text = refusalText(404, "not-found", {});
                if (self->settings_.status) {
                    deadline.set(kStatusTimeout);
                    auto telling = self->settings_.status();
                    const std::string status = co_await std::move(telling);
                    text = statusText(status);
                }
                co_await answer(socket, deadline, std::move(text));
                co_return;
            }
            if (verdict.action != Verdict::Action::upgrade) {
                std::string text = verdict.action == Verdict::Action::health
                                       ? healthText(self->settings_.version, verdict.origin)
                                       : refusalText(verdict.status, verdict.code, verdict.origin);
                co_await answer(socket, deadline, std::move(text));
                co_return;
            }
        }
        co_await serve(self, std::move(socket), parser.release(), std::move(*verdict.origin));
    }

    bool isSameUser(const tcp::socket& socket) {
        boost::system::error_code error;
        const auto own = socket.local_endpoint(error);
        const auto peer = error ? tcp::endpoint() : socket.remote_endpoint(error);
        return !error && peers_.isSameUser(own, peer);
    }

    /// Waits with patience for the first octet, and with less for the rest.
    asio::awaitable<bool> readRequest(tcp::socket& socket, Deadline& deadline,
                                      http::request_parser<http::empty_body>& parser, bool sameUser) {
        boost::system::error_code error;
        deadline.set(sameUser ? std::chrono::seconds(settings_.limits.handshakeSeconds) : kHeaderTimeout);
        co_await socket.async_wait(tcp::socket::wait_read, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return false;
        deadline.set(kHeaderTimeout);
        parser.header_limit(kLargestHeader);
        boost::beast::flat_buffer buffer(kLargestHeader);
        co_await http::async_read_header(socket, buffer, parser,
                                         asio::redirect_error(asio::use_awaitable, error));
        if (!error) co_return true;
        const bool tooLarge = error == http::error::header_limit || error == http::error::buffer_overflow;
        const bool malformed = error.category() == make_error_code(http::error::bad_method).category() &&
                               error != http::error::end_of_stream && error != http::error::partial_message;
        if (tooLarge || malformed) {
            auto origin = sameUser ? originOf(parser.get(), asText(buffer)) : std::nullopt;
            if (origin && !application_.admits(*origin)) origin.reset();
            co_await answer(
                socket, deadline,
                refusalText(tooLarge ? 431 : 400, tooLarge ? "too-large" : "bad-request", origin));
        }
        co_return false;
    }

    /// Sends the answer and lets the other side read it before the connection goes.
    static asio::awaitable<void> answer(tcp::socket& socket, Deadline& deadline, std::string text) {
        boost::system::error_code error;
        deadline.set(kAnswerTimeout);
        co_await asio::async_write(socket, asio::buffer(text),
                                   asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
        socket.shutdown(tcp::socket::shutdown_send, error);
        std::array<char, 4096> rest{};
        while (!error)
            co_await socket.async_read_some(asio::buffer(rest),
                                            asio::redirect_error(asio::use_awaitable, error));
    }

    static Verdict busy(Verdict verdict) {
        verdict.action = Verdict::Action::refuse;
        verdict.status = 503;
        verdict.code = "busy";
        return verdict;
    }

    /// Of a request that could not be read to its end: from what was read, or else from the rest.
    static std::optional<policy::Origin> originOf(const Connection::Request& read, std::string_view rest) {
        const auto count = read.count(http::field::origin);
        if (count == 0) return originIn(rest);
        return count == 1 ? policy::Origin::parse(read[http::field::origin]) : std::nullopt;
    }

    static std::string_view asText(const boost::beast::flat_buffer& buffer) {
        const auto data = buffer.cdata();
        return {static_cast<const char*>(data.data()), data.size()};
    }

    /// Half of the places are for sites that the policy names, however many others come.
    bool hasRoomFor(const policy::Origin& origin) const {
        if (connections_.size() >= settings_.limits.connections) return false;
        if (application_.isStranger(origin) && strangers_ >= settings_.limits.connections / 2) return false;
        const auto count = perOrigin_.find(origin.text());
        return count == perOrigin_.end() || count->second < settings_.limits.connectionsPerOrigin;
    }

    static asio::awaitable<void> serve(std::shared_ptr<Door> self, tcp::socket socket,
                                       Connection::Request request, policy::Origin origin) {
        const auto connection = makeConnection(std::move(socket), self->terms_);
        const std::string name = origin.text();
        const std::size_t stranger = self->application_.isStranger(origin) ? 1 : 0;
        self->connections_.push_back(connection);
        ++self->perOrigin_[name];
        self->strangers_ += stranger;
        co_await connection->serve(std::move(request), std::move(origin));
        self->connections_.remove(connection);
        self->strangers_ -= stranger;
        if (--self->perOrigin_[name] == 0) self->perOrigin_.erase(name);
        if (self->connections_.empty()) platform::releaseIdleMemory();
        self->finishIfEmpty();
    }

    void finishIfEmpty() {
        if (done_ && connections_.empty()) finish();
    }

    void finish() {
        farewell_.cancel();
        if (const auto done = std::exchange(done_, nullptr)) done();
    }

    asio::any_io_executor executor_;
    Application& application_;
    ServerSettings settings_;
    OctetBudget octets_{kMostOctets};
    ConnectionTerms terms_;
    asio::steady_timer farewell_;
    Listeners listeners_;
    PeerLookup peers_;
    std::list<Waiting> waiting_;  ///< Oldest first.
    std::list<std::shared_ptr<Connection>> connections_;
    std::map<std::string, unsigned> perOrigin_;
    std::size_t strangers_ = 0;  ///< Connections of origins that the policy does not name.
    std::function<void()> done_;
};

Server::Server(asio::any_io_executor executor, Application& application, ServerSettings settings)
    : door_(std::make_shared<Door>(executor, application, std::move(settings))) {
    door_->open();
}
Server::~Server() = default;

std::uint16_t Server::port() const noexcept { return door_->port(); }

void Server::stop(std::function<void()> done) { door_->stop(std::move(done)); }

}  // namespace ukey::server
