#include "daemon/api/token_catalogue.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <set>

#include "tokenlib/async/event.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::api {

using hosts::Change;
using hosts::TokenAddress;
using SharedKeys = std::vector<std::shared_ptr<const TokenKey>>;

namespace {

/// A container's certificate that cannot be used, and why.
struct LeftOut {
    std::string container;
    std::string why;
    auto operator<=>(const LeftOut&) const = default;  // NOLINT(modernize-use-nullptr): misread by clang 14.
};

/// The certificate with its key. Throws what cannot be used.
std::shared_ptr<TokenKey> makeKey(const TokenAddress& address, token::KeyEntry entry) {
    if (!entry.publicKey)
        throw Error(ErrorCode::certificateMismatch, "the token has no key to the certificate");
    auto certificate = pki::Certificate::fromDer(entry.certificate);
    const auto algorithm = certificate.keyAlgorithm();
    if (!algorithm)
        throw Error(ErrorCode::unsupported, "the certificate is for a key of a kind that is not known");
    if (certificate.publicKey() != entry.publicKey)
        throw Error(ErrorCode::certificateMismatch, "the certificate is not one of the key");
    entry.certificate.clear();
    return std::make_shared<TokenKey>(TokenKey{.address = address,
                                               .entry = std::move(entry),
                                               .certificate = std::move(certificate),
                                               .algorithm = *algorithm});
}

/// A CA's certificate, which lies there without a key; nothing for any other. Throws what cannot be read.
std::optional<pki::Certificate> authorityIn(const token::KeyEntry& entry) {
    if (entry.publicKey) return std::nullopt;
    auto certificate = pki::Certificate::fromDer(entry.certificate);
    if (!certificate.isCa()) return std::nullopt;
    return certificate;
}

}  // namespace

class TokenCatalogue::Store : public std::enable_shared_from_this<Store> {
  public:
    Store(const boost::asio::any_io_executor& executor, std::shared_ptr<hosts::TokenHosts> hosts,
          Listener changed)
        : executor_(executor), hosts_(std::move(hosts)), changed_(std::move(changed)) {}

    /// One reading of a token's keys, for all who want them at that time.
    struct Reading {
        explicit Reading(const boost::asio::any_io_executor& executor) : finished(executor) {}
        Event finished;
        bool done = false;
        std::exception_ptr failure;
    };

    /// What one token has; outlives its entry in the map while somebody reads.
    struct Slot {
        hosts::HostedToken known;
        std::vector<std::shared_ptr<TokenKey>> keys;
        std::vector<pki::Certificate> authorities;
        std::shared_ptr<Reading> reading;
        std::set<LeftOut> leftOut;  ///< What the log was told of: each is told once.
    };

    void take(const hosts::HostedToken& token) {
        auto& slot = slots_[token.address()];
        if (!slot) slot = std::make_shared<Slot>();
        slot->known = token;
    }

    void drop(const TokenAddress& address) {
        const auto slot = slots_.find(address);
        if (slot == slots_.end()) return;
        replaceKeys(*slot->second, {});
        slots_.erase(slot);
    }

    /// Tokens that a full listing no longer has.
    void keepOnly(const std::vector<hosts::HostedToken>& tokens) {
        std::vector<TokenAddress> gone;
        for (const auto& [address, slot] : slots_) {
            const bool listed =
                std::any_of(tokens.begin(), tokens.end(),
                            [&wanted = address](const auto& token) { return token.address() == wanted; });
            if (!listed) gone.push_back(address);
        }
        for (const TokenAddress& address : gone) drop(address);
    }

    void onChange(const hosts::TokenChange& change) {
        const TokenAddress address = change.token.address();
        take(change.token);
        switch (change.change) {
            case Change::removed:
            case Change::lost:
                drop(address);
                break;
            case Change::inserted:
            case Change::updated:
                break;  // What a page knows of the keys stays good until they are read anew.
        }
        changed_(change.change, change.token);
    }

    static SharedKeys keysOf(const Slot& slot) { return {slot.keys.begin(), slot.keys.end()}; }

    /// Keeps what is the same as before, so that pages' references to it stay good.
    static void replaceKeys(Slot& slot, std::vector<std::shared_ptr<TokenKey>> fresh) {
        for (auto& key : fresh) {
            const auto old = std::find_if(slot.keys.begin(), slot.keys.end(), [&](const auto& other) {
                return other->entry == key->entry && other->certificate == key->certificate;
            });
            if (old != slot.keys.end()) key = *old;
        }
        for (const auto& old : slot.keys) {
            if (std::find(fresh.begin(), fresh.end(), old) == fresh.end()) old->present = false;
        }
        slot.keys = std::move(fresh);
    }

    /// Starts the reading; it goes on even when the one who wanted it gives up.
    std::shared_ptr<Reading> read(const TokenAddress& address, const std::shared_ptr<Slot>& slot) {
        auto reading = std::make_shared<Reading>(executor_);
        slot->reading = reading;
        boost::asio::co_spawn(executor_, readInto(shared_from_this(), address, slot),
                              [slot, reading](const std::exception_ptr& failure) {
                                  reading->failure = failure;
                                  reading->done = true;
                                  slot->reading.reset();
                                  reading->finished.notify();
                              });
        return reading;
    }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<hosts::TokenHosts> hosts_;
    Listener changed_;
    std::map<TokenAddress, std::shared_ptr<Slot>> slots_;

  private:
    static boost::asio::awaitable<void> readInto(std::shared_ptr<Store> store, TokenAddress address,
                                                 std::shared_ptr<Slot> slot) {
        token::ListKeys operation{address.token};
        std::vector<token::KeyEntry> entries =
            co_await store->hosts_->call(address.driver, std::move(operation));
        std::vector<std::shared_ptr<TokenKey>> fresh;
        std::vector<pki::Certificate> authorities;
        for (token::KeyEntry& entry : entries) {
            if (entry.certificate.empty()) continue;
            const std::string container = entry.ref.container;
            try {
                if (auto authority = authorityIn(entry))
                    authorities.push_back(*std::move(authority));
                else
                    fresh.push_back(makeKey(address, std::move(entry)));
            } catch (const Error& error) {
                if (slot->leftOut.insert({container, error.what()}).second)
                    spdlog::warn("driver {}: container \"{}\" is left out: {}", address.driver, container,
                                 error.what());
            }
        }
        const auto current = store->slots_.find(address);
        if (current == store->slots_.end() || current->second != slot)
            throw Error(ErrorCode::tokenRemoved, "the token went while its keys were read");
        replaceKeys(*slot, std::move(fresh));
        slot->authorities = std::move(authorities);
    }
};

TokenCatalogue::TokenCatalogue(const boost::asio::any_io_executor& executor,
                               std::shared_ptr<hosts::TokenHosts> hosts, Listener changed)
    : store_(std::make_shared<Store>(executor, std::move(hosts), std::move(changed))) {
    subscription_ =
        store_->hosts_->subscribe([weak = std::weak_ptr(store_)](const hosts::TokenChange& change) {
            if (const auto store = weak.lock()) store->onChange(change);
        });
}
TokenCatalogue::~TokenCatalogue() = default;

boost::asio::awaitable<std::vector<hosts::HostedToken>> TokenCatalogue::tokens() {
    const auto store = store_;
    std::vector<hosts::HostedToken> plugged = co_await store->hosts_->tokens();
    store->keepOnly(plugged);
    for (const hosts::HostedToken& token : plugged) store->take(token);
    co_return plugged;
}

boost::asio::awaitable<SharedKeys> TokenCatalogue::keys(TokenAddress address) {
    const auto store = store_;
    const auto found = store->slots_.find(address);
    if (found == store->slots_.end()) throw Error(ErrorCode::tokenNotFound, "no such token");
    const auto slot = found->second;
    const auto reading = slot->reading ? slot->reading : store->read(address, slot);
    if (!reading->done) {
        auto finished = reading->finished.wait();
        co_await std::move(finished);
        if (!reading->done) throw Error(ErrorCode::userCancelled, "the call was given up");
    }
    if (reading->failure) std::rethrow_exception(reading->failure);
    co_return Store::keysOf(*slot);
}

SharedKeys TokenCatalogue::knownKeys(const TokenAddress& address) const {
    const auto slot = store_->slots_.find(address);
    return slot == store_->slots_.end() ? SharedKeys() : Store::keysOf(*slot->second);
}

std::vector<pki::Certificate> TokenCatalogue::knownIssuers(const TokenKey& key) const {
    std::vector<pki::Certificate> chain;
    const auto slot = store_->slots_.find(key.address);
    if (slot == store_->slots_.end()) return chain;
    // A CA may have several under one name, as after a change of its key; who reads the message takes the
    // right one.
    const auto addThoseNamed = [&](const Bytes& subject) {
        for (const pki::Certificate& one : slot->second->authorities) {
            const bool isThere = std::find(chain.begin(), chain.end(), one) != chain.end();
            if (one.subjectDer() == subject && !isThere) chain.push_back(one);
        }
    };
    addThoseNamed(key.certificate.issuerDer());
    for (std::size_t i = 0; i < chain.size(); ++i) addThoseNamed(Bytes(chain[i].issuerDer()));
    return chain;
}

std::optional<hosts::HostedToken> TokenCatalogue::find(const TokenAddress& address) const {
    const auto slot = store_->slots_.find(address);
    if (slot == store_->slots_.end()) return std::nullopt;
    return slot->second->known;
}

hosts::HostedToken TokenCatalogue::requireUsable(const TokenAddress& address) const {
    auto token = find(address);
    if (!token) throw Error(ErrorCode::tokenRemoved, "the token is not plugged in");
    if (token->info.state == token::TokenState::blank)
        throw Error(ErrorCode::tokenBlank, "the token is blank");
    if (token->info.state == token::TokenState::unusable)
        throw Error(ErrorCode::unsupported, "the driver cannot work with the token");
    return std::move(*token);
}

hosts::TokenHosts& TokenCatalogue::hosts() noexcept { return *store_->hosts_; }

}  // namespace ukey::api
