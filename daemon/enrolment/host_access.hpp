// The token of an enrolment, behind its token host.
#pragma once

#include "daemon/hosts/token_hosts.hpp"
#include "tokenlib/enrolment/token_access.hpp"

namespace ukey::enrolment {

class HostAccess final : public TokenAccess {
  public:
    HostAccess(hosts::TokenHosts& hosts, hosts::TokenAddress address)
        : hosts_(hosts), address_(std::move(address)) {}

    const std::string& token() const override { return address_.token; }
    boost::asio::awaitable<OperationResult> run(Operation operation) override;

  private:
    hosts::TokenHosts& hosts_;
    hosts::TokenAddress address_;
};

}  // namespace ukey::enrolment
