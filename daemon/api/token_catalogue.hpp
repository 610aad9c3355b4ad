// What is plugged in now and what is on it, kept so that a signature does not have to look at the token
// again.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/hosts/token_hosts.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/signing/signature_of_token.hpp"

namespace ukey::api {

/// A certificate on a token, with the key that it belongs to.
struct TokenKey {
    hosts::TokenAddress address;
    token::KeyEntry entry;  ///< Without the certificate's octets: they are in `certificate`.
    pki::Certificate certificate;
    token::KeyAlgorithm algorithm;
    bool present = true;            ///< False from the moment at which the token or the certificate is gone.
    mutable signing::Way way = {};  ///< How it signs; kept by whoever signs.
};

/// Whether the driver can work with a token in that state, locked or not.
constexpr bool isUsable(token::TokenState state) {
    return state != token::TokenState::blank && state != token::TokenState::unusable;
}

/// One for the daemon, on the network thread.
class TokenCatalogue {
  public:
    /// `changed` is told of every change, after the catalogue took it in.
    using Listener = std::function<void(hosts::Change, const hosts::HostedToken&)>;

    TokenCatalogue(const boost::asio::any_io_executor& executor, std::shared_ptr<hosts::TokenHosts> hosts,
                   Listener changed);
    ~TokenCatalogue();
    TokenCatalogue(const TokenCatalogue&) = delete;
    TokenCatalogue& operator=(const TokenCatalogue&) = delete;

    /// Asks every driver. In the order of the drivers.
    boost::asio::awaitable<std::vector<hosts::HostedToken>> tokens();

    /// Reads the token's keys anew; those without a certificate that fits them are left out. Calls for one
    /// token at the same time share one reading. Throws what the host answers.
    boost::asio::awaitable<std::vector<std::shared_ptr<const TokenKey>>> keys(hosts::TokenAddress address);

    /// The keys that were read last, without asking anybody.
    std::vector<std::shared_ptr<const TokenKey>> knownKeys(const hosts::TokenAddress& address) const;

    /// Of the CAs' certificates that lay beside those keys the ones above the key's, its issuer's first.
    std::vector<pki::Certificate> knownIssuers(const TokenKey& key) const;

    /// As far as it is known, without asking anybody.
    std::optional<hosts::HostedToken> find(const hosts::TokenAddress& address) const;
    /// The same of a token that the driver can work with, locked or not. Throws token-removed, token-blank,
    /// unsupported.
    hosts::HostedToken requireUsable(const hosts::TokenAddress& address) const;

    hosts::TokenHosts& hosts() noexcept;

  private:
    class Store;
    std::shared_ptr<Store> store_;
    std::shared_ptr<void> subscription_;
};

}  // namespace ukey::api
