// The program behind the server: all pages, and what they share.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>

#include "daemon/config/config.hpp"
#include "daemon/consent/consent.hpp"
#include "daemon/hosts/token_hosts.hpp"
#include "daemon/server/application.hpp"
#include "daemon/unlock/requests.hpp"

namespace ukey::api {

/// Everything on the one network thread. Conversations that are still open must be closed, and their calls
/// finished, before it goes.
class Bridge : public server::Application {
  public:
    Bridge(const boost::asio::any_io_executor& executor, const config::Config& configuration,
           ByteView installSecret, const std::shared_ptr<hosts::TokenHosts>& hosts,
           consent::Consent::MakePrompter makePrompter,
           unlock::Requests::Clock unlockClock = std::chrono::steady_clock::now);
    ~Bridge() override;
    Bridge(const Bridge&) = delete;
    Bridge& operator=(const Bridge&) = delete;

    /// Takes what counts without a restart: sites and their scopes, unknownOrigins, defaultPin, webEid. Pages
    /// whose site may now do more or less than when they connected are sent away, to connect anew.
    void apply(const config::Config& configuration);

    /// Brings calls that were cut short to their end. `context` is that of the executor, and was stopped.
    void finish(boost::asio::io_context& context);

    /// The user has left the screen: whoever uses a token next is asked for its PIN.
    void endLogins();

    bool admits(const policy::Origin& origin) const override;
    bool isStranger(const policy::Origin& origin) const override;
    void refused(std::string_view origin, std::string_view code) override;
    std::shared_ptr<server::Inbox> converse(const policy::Origin& origin, server::Outbox& outbox) override;

  private:
    class Shared;
    std::unique_ptr<Shared> shared_;
};

}  // namespace ukey::api
