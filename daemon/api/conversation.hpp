// One page's conversation: text in, through the gates, to a handler, text out.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "daemon/api/methods.hpp"
#include "daemon/api/services.hpp"
#include "daemon/config/config.hpp"
#include "daemon/rpc/message.hpp"
#include "daemon/rpc/validator.hpp"
#include "daemon/server/application.hpp"
#include "daemon/session/token_bucket.hpp"

namespace ukey::api {

class Conversation final : public server::Conversation, public std::enable_shared_from_this<Conversation> {
  public:
    /// `atEnd` is called once, when the connection has closed.
    Conversation(Services& services, rpc::Validator& validator, const config::Limits& limits,
                 const std::shared_ptr<session::Session>& session,
                 std::shared_ptr<session::TokenBucket> originRate, server::Outbox& outbox,
                 std::function<void()> atEnd);

    void receivedText(std::string_view text) override;
    void receivedBinary(ByteView bytes) override;
    void closed() override;

    /// Sends `tokens.changed` if the page subscribed to it.
    void tokenChanged(hosts::Change change, const KnownToken& token);

  private:
    struct Running {
        nlohmann::json id;
        std::shared_ptr<boost::asio::cancellation_signal> signal;
    };

    void take(rpc::Envelope envelope);
    bool isWithinRate();
    void start(const Method& method, rpc::Envelope envelope);
    boost::asio::awaitable<void> run(const Method& method, rpc::Envelope envelope);
    void cancel(const nlohmann::json& id);
    void refuse(const rpc::Envelope& envelope, const Error& error);
    std::string tokenNameIn(const nlohmann::json& params) const;
    void send(std::string text);
    void nameSubject(audit::Entry& entry, const nlohmann::json& params) const;
    void audit(const rpc::Envelope& envelope, std::string_view outcome);
    void refreshGrants();

    rpc::Validator& validator_;
    const config::Limits& limits_;
    Page page_;
    session::TokenBucket rate_;
    std::shared_ptr<session::TokenBucket> originRate_;
    server::Outbox* outbox_;
    std::function<void()> atEnd_;
    std::list<Running> running_;
    std::map<const nlohmann::json*, audit::Entry> entries_;  ///< Of calls under way, by their params.
};

}  // namespace ukey::api
