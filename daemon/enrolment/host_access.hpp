// The token of an enrolment, behind its token host.
#pragma once

#include <optional>
#include <vector>

#include "daemon/hosts/token_hosts.hpp"
#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/enrolment/token_access.hpp"

namespace ukey::enrolment {

class HostAccess final : public TokenAccess {
  public:
    HostAccess(hosts::TokenHosts& hosts, hosts::TokenAddress address)
        : hosts_(hosts), address_(std::move(address)) {}

    const std::string& token() const override { return address_.token; }
    boost::asio::awaitable<token::OperationResult> run(token::Operation operation) override {
        return hosts_.run(address_.driver, std::move(operation));
    }

  private:
    hosts::TokenHosts& hosts_;
    hosts::TokenAddress address_;
};

/// Which of these tokens the enrolment is on, as far as its serial number tells; among twins, the one that
/// holds its key.
boost::asio::awaitable<std::optional<hosts::HostedToken>> tokenOf(hosts::TokenHosts& hosts,
                                                                  std::vector<hosts::HostedToken> plugged,
                                                                  Record record);

}  // namespace ukey::enrolment
