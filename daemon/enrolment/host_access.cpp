#include "daemon/enrolment/host_access.hpp"

#include "tokenlib/enrolment/own_key.hpp"

namespace ukey::enrolment {

boost::asio::awaitable<std::optional<hosts::HostedToken>> tokenOf(hosts::TokenHosts& hosts,
                                                                  std::vector<hosts::HostedToken> plugged,
                                                                  Record record) {
    std::erase_if(plugged, [&](const auto& token) { return !token.identity.mayBe(record.token); });
    for (const hosts::HostedToken& token : plugged) {
        if (plugged.size() == 1) co_return token;
        HostAccess access(hosts, token.address());
        const bool isHere = co_await holdsKeyOf(access, record);
        if (isHere) co_return token;
    }
    for (const hosts::HostedToken& token : plugged) {
        if (token.identity == record.token) co_return token;
    }
    co_return std::nullopt;
}

}  // namespace ukey::enrolment
