#include "daemon/api/names.hpp"

#include <utility>

#include "daemon/api/each_token.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::api {

const std::string& Names::of(const hosts::HostedToken& token) {
    auto& [identity, name] = tokenNames_[token.address()];
    if (identity != token.identity || name.empty()) {
        identity = token.identity;
        name = pseudonyms_.nameFor(origin_, "token", {identity.name()});
    }
    tokens_[name] = token.address();
    return name;
}

std::string Names::of(const hosts::HostedToken& token, const std::shared_ptr<const TokenKey>& key) {
    std::string name = pseudonyms_.nameFor(origin_, "certificate",
                                           {token.identity.name(), key->entry.ref.container,
                                            toString(key->entry.ref.usage), key->certificate.thumbprint()});
    certificates_[name] = key;
    return name;
}

std::string Names::known(const hosts::TokenAddress& address) const {
    const auto name = tokenNames_.find(address);
    return name == tokenNames_.end() ? std::string() : name->second.second;
}

boost::asio::awaitable<hosts::TokenAddress> Names::token(std::string name) {
    const std::optional<hosts::TokenAddress> remembered = knownToken(name);
    const bool wasKnown = remembered.has_value();
    if (wasKnown) {
        // Another token may be there by now.
        const auto there = catalogue_.find(*remembered);
        if (there && of(*there) == name) co_return *remembered;
    }
    const std::vector<hosts::HostedToken> plugged = co_await catalogue_.tokens();
    for (const hosts::HostedToken& token : plugged) {
        if (of(token) == name) co_return token.address();
    }
    throw Error(wasKnown ? ErrorCode::tokenRemoved : ErrorCode::tokenNotFound, "the token is not plugged in");
}

std::shared_ptr<const TokenKey> Names::knownCertificate(const std::string& name) const {
    const auto remembered = certificates_.find(name);
    return remembered != certificates_.end() && remembered->second->present ? remembered->second : nullptr;
}

boost::asio::awaitable<std::shared_ptr<const TokenKey>> Names::certificate(std::string name) {
    if (auto known = knownCertificate(name)) co_return known;
    const auto remembered = certificates_.find(name);
    const auto before = remembered == certificates_.end() ? nullptr : remembered->second;
    if (auto found = co_await lookForCertificate(name)) co_return found;
    if (before && !catalogue_.find(before->address))
        throw Error(ErrorCode::tokenRemoved, "the token is not plugged in");
    throw Error(ErrorCode::certificateNotFound, "no such certificate");
}

boost::asio::awaitable<std::shared_ptr<const TokenKey>> Names::lookForCertificate(std::string name) {
    const std::vector<hosts::HostedToken> plugged = co_await catalogue_.tokens();
    std::shared_ptr<const TokenKey> found;
    LookAtToken look = [&](const hosts::HostedToken& token) -> boost::asio::awaitable<void> {
        if (found || !isUsable(token.info.state)) co_return;
        const auto keys = co_await catalogue_.keys(token.address());
        for (const auto& key : keys) {
            if (!found && of(token, key) == name) found = key;
        }
    };
    auto looking = lookAtEach(plugged, std::move(look));
    (void)co_await std::move(looking);
    co_return found;
}

}  // namespace ukey::api
