// The names that one session uses for tokens and certificates, and what they stand for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <unordered_map>

#include "daemon/api/token_catalogue.hpp"
#include "daemon/policy/pseudonyms.hpp"

namespace ukey::api {

class Names {
  public:
    Names(const policy::Pseudonyms& pseudonyms, TokenCatalogue& catalogue, std::string origin)
        : pseudonyms_(pseudonyms), catalogue_(catalogue), origin_(std::move(origin)) {}

    /// The name for a token or certificate; remembered.
    const std::string& of(const hosts::HostedToken& token);
    std::string of(const hosts::HostedToken& token, const std::shared_ptr<const TokenKey>& key);

    /// A certificate that was named here before and fits, whether its token is still plugged in or not; null
    /// otherwise.
    template <class Fits>
    const pki::Certificate* namedBefore(const Fits& fits) const {
        for (const auto& [name, key] : certificates_) {
            if (fits(key->certificate)) return &key->certificate;
        }
        return nullptr;
    }

    /// The name of a token that was named before; empty otherwise.
    std::string known(const hosts::TokenAddress& address) const;

    bool isKnown(const std::string& tokenName) const { return tokens_.contains(tokenName); }
    /// The token of a name that was given out or used here.
    std::optional<hosts::TokenAddress> knownToken(const std::string& tokenName) const {
        const auto found = tokens_.find(tokenName);
        return found == tokens_.end() ? std::nullopt : std::optional(found->second);
    }

    /// What a page's name stands for, asking the tokens if need be. Throws token-not-found, token-removed.
    boost::asio::awaitable<hosts::TokenAddress> token(std::string name);

    /// The key behind a certificate's name that this page was given, while it is there; nullptr otherwise.
    std::shared_ptr<const TokenKey> knownCertificate(const std::string& name) const;

    /// The same, asking the tokens if need be. Throws certificate-not-found, token-removed.
    boost::asio::awaitable<std::shared_ptr<const TokenKey>> certificate(std::string name);

  private:
    boost::asio::awaitable<std::shared_ptr<const TokenKey>> lookForCertificate(std::string name);

    const policy::Pseudonyms& pseudonyms_;
    TokenCatalogue& catalogue_;
    std::string origin_;
    std::unordered_map<std::string, hosts::TokenAddress> tokens_;
    std::map<hosts::TokenAddress, std::pair<token::Identity, std::string>> tokenNames_;
    std::unordered_map<std::string, std::shared_ptr<const TokenKey>> certificates_;
};

}  // namespace ukey::api
