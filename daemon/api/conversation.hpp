// One page's conversation: text in, through the gates, to a handler, text out.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/api/call.hpp"
#include "daemon/api/methods.hpp"
#include "daemon/api/page_streams.hpp"
#include "daemon/api/services.hpp"
#include "daemon/config/config.hpp"
#include "daemon/rpc/message.hpp"
#include "daemon/rpc/validator.hpp"
#include "daemon/server/application.hpp"
#include "daemon/session/token_bucket.hpp"

namespace ukey::api {

/// How much the pages of one origin may ask together.
struct Allowance {
    Allowance(const config::Limits& limits, session::TokenBucket::Clock::time_point now);
    bool isFull(session::TokenBucket::Clock::time_point now) noexcept;

    session::TokenBucket requests;
    session::TokenBucket octets;  ///< Of large messages.
};

/// Checks of messages on the network thread, and of large ones on the worker's.
struct Validators {
    rpc::Validator& small;
    rpc::Validator& large;
};

class Conversation final : public server::Inbox, public std::enable_shared_from_this<Conversation> {
  public:
    /// `atEnd` is called once, when the connection has closed.
    Conversation(Services& services, Validators validators, const config::Limits& limits,
                 const std::shared_ptr<session::Session>& session, std::shared_ptr<Allowance> allowance,
                 server::Outbox& outbox, std::function<void()> atEnd);

    bool isGreeted() const noexcept override { return page_.session->greeted; }
    bool mayPing() noexcept override { return isWithinRate(); }
    void receivedText(std::string_view text) override;
    boost::asio::awaitable<void> receivedLargeText(std::string_view text,
                                                   server::OctetBudget::Share share) override;
    void receivedBinary(ByteView bytes) override;
    void drained() override { streams_.drained(); }
    void closed() override;

    const policy::Origin& origin() const noexcept { return page_.session->origin; }
    /// Ends the connection; the page may connect anew.
    void goAway();

    /// Sends `tokens.changed` if the page subscribed to it.
    void tokenChanged(hosts::Change change, const hosts::HostedToken& token);

    /// Sends `progress`.
    void progressed(const WorkStep& step);

  private:
    struct Running {
        Call call;
        const Method& method;
        std::unique_ptr<Task> task;
        std::size_t octets;                ///< Of a small message.
        server::OctetBudget::Share share;  ///< Of a large one.
        std::shared_ptr<boost::asio::cancellation_signal> signal =
            std::make_shared<boost::asio::cancellation_signal>();
    };

    bool takeOfStream(const rpc::Envelope& envelope, std::size_t octets);
    void take(rpc::Envelope envelope, std::size_t octets);
    boost::asio::awaitable<void> takeLarge(std::string_view text, server::OctetBudget::Share share);
    bool mayCall(Call& head, std::size_t octets);
    boost::asio::awaitable<void> waitForOctets(std::size_t octets);
    static const Method* findCalled(Call& call);
    void gate(const Method& method, std::size_t octets);
    bool isWithinRate() noexcept;
    void start(Running running);
    boost::asio::awaitable<void> run(Running& running);
    void cancel(const RequestId& id);
    void send(std::string text);
    boost::asio::awaitable<void> refreshGrants();
    static boost::asio::awaitable<void> tellIfStillGranted(std::shared_ptr<Conversation> self,
                                                           hosts::Change change, hosts::HostedToken token);
    void tellOf(hosts::Change change, const hosts::HostedToken& token);

    Validators validators_;
    const config::Limits& limits_;
    PageStreams streams_;
    Page page_;
    session::TokenBucket rate_;
    std::shared_ptr<Allowance> allowance_;
    server::Outbox* outbox_;
    std::function<void()> atEnd_;
    std::list<Running> running_;
    std::size_t octetsUnderWay_ = 0;  ///< Of the small messages among them.
};

}  // namespace ukey::api
