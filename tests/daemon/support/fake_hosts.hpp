// TokenHosts without hosts: tokens in software, answers as the test wants them. Everything on the network
// thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/hosts/token_hosts.hpp"
#include "tests/tokenlib/pki/test_ca.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::test {

class FakeHosts : public hosts::TokenHosts {
  public:
    explicit FakeHosts(const boost::asio::any_io_executor& executor);

    /// A token with one signing key and its certificate in container "C1". `serial` also names it to the
    /// driver.
    hosts::TokenAddress plug(const std::string& serial, token::KeyAlgorithm algorithm,
                             const std::string& driver = "fake");
    /// Another token with the serial number of this one, in the same driver, with a key of its own.
    hosts::TokenAddress plugTwin(const hosts::TokenAddress& address);
    void unplug(const hosts::TokenAddress& address);
    /// Its host crashed.
    void lose(const hosts::TokenAddress& address);
    void report(const hosts::TokenAddress& address, hosts::Change change);
    /// Adds an encryption pair to the token's container, or to another one. Its certificate as PEM.
    std::string addEncryptionKey(const hosts::TokenAddress& address, const std::string& container = "C1");
    /// Adds a container "C2" with the signing key that is there and another certificate.
    void addCertificate(const hosts::TokenAddress& address, const pki::test::CertificateSpec& spec);
    /// Adds the certificate of the CA that issues the others; without a key, as they lie on PKCS#11 tokens.
    void addAuthority(const hosts::TokenAddress& address);
    const pki::test::TestKey& key(const hosts::TokenAddress& address) const;
    void setPin(const hosts::TokenAddress& address, const token::PinState& pin);
    /// Another way to be for a token; told as an update.
    void change(const hosts::TokenAddress& address, const std::function<void(token::TokenInfo&)>& how);
    /// Another certificate in its first container, whatever it is, and whether there is a key to it.
    void replaceCertificate(const hosts::TokenAddress& address, Bytes der, bool hasKey = true);
    Bytes certificateOf(const hosts::TokenAddress& address) { return at(address).keys.front().certificate; }
    /// From now on the token signs, but something else than it is asked to.
    void spoilSignatures() { spoilSignaturesAfter(0); }
    /// The same, after so many good ones.
    void spoilSignaturesAfter(unsigned good) { goodSignatures_ = good; }

    /// From now on tokens sign in so many ways (token::Sign::attempt), the last of which is right.
    void setWaysToSign(unsigned ways) { waysToSign_ = ways; }

    /// From now on the token offers the maker's remote unlock, with this challenge.
    void offerChallenge(const hosts::TokenAddress& address, Bytes challenge);
    /// Administrator PINs that came from remote unlocks, and makers' responses.
    const std::vector<std::string>& administratorPins() const noexcept { return administratorPins_; }
    const std::vector<Bytes>& unlockResponses() const noexcept { return unlockResponses_; }

    /// What the next PIN dialogs answer; without one, the PIN is right.
    void answerPin(const Error& error) { pinAnswers_.emplace_back(error); }
    /// From now on these operations wait until `release`, or until they are cancelled.
    void hold(const std::string& operation) { held_.insert(operation); }
    /// As a library's own call: nobody can take it back once it runs.
    void holdFirmly(const std::string& operation) {
        hold(operation);
        firm_.insert(operation);
    }
    void release(const std::string& operation);
    /// The dialogs of the calls that wait have closed, their drivers still work.
    void closeDialogs() {
        for (const auto& turn : turns_) turn->reset();
    }
    /// The dialogs of the calls that wait are overlooked, or no longer are.
    void overlookDialogs(bool areOverlooked) {
        for (const auto& turn : turns_) {
            if (*turn) (*turn)->overlooked(areOverlooked);
        }
    }
    /// From now on the operation fails so, on this driver.
    void fail(const std::string& driver, const std::string& operation, const Error& error) {
        failures_.insert_or_assign({driver, operation}, error);
    }
    void heal() { failures_.clear(); }

    void reportStatus(std::vector<hosts::DriverStatus> statuses) { statuses_ = std::move(statuses); }

    bool isLoggedIn(const hosts::TokenAddress& address) const { return loggedIn_.contains(address); }
    /// The library forgets its login without saying so.
    void dropLogin(const hosts::TokenAddress& address) { loggedIn_.erase(address); }
    /// How often an operation was started, by its name.
    unsigned count(const std::string& operation) const;
    unsigned waiting(const std::string& operation) const;
    unsigned cancelled() const noexcept { return cancelled_; }
    const std::vector<token::PromptContext>& prompts() const noexcept { return prompts_; }

    boost::asio::awaitable<std::vector<hosts::HostedToken>> tokens() override;
    using TokenHosts::run;
    boost::asio::awaitable<token::OperationResult> run(std::string driver, token::Operation operation,
                                                       hosts::DialogTurn turn) override;
    std::shared_ptr<void> subscribe(Listener listener) override;
    std::shared_ptr<void> watch() override {
        auto watch = watch_.lock();
        if (!watch) watch_ = watch = std::make_shared<int>();
        return watch;
    }
    bool isWatched() const { return !watch_.expired(); }
    std::vector<hosts::DriverStatus> status() const override { return statuses_; }

  private:
    struct Plugged {
        hosts::HostedToken token;
        std::vector<token::KeyEntry> keys;
        std::optional<pki::test::TestKey> key;
        std::map<std::string, pki::test::TestKey> encryptionKeys;  ///< By container.
    };

    boost::asio::awaitable<void> waitIfHeld(std::string operation);
    token::OperationResult perform(const std::string& driver, const token::Operation& operation);
    void tell(const hosts::TokenChange& change);
    hosts::TokenAddress plugAs(const std::string& id, const std::string& serial,
                               token::KeyAlgorithm algorithm, const std::string& driver);
    Plugged& at(const hosts::TokenAddress& address);

    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer released_;
    pki::test::TestCa ca_;
    std::map<hosts::TokenAddress, Plugged> tokens_;
    token::Identities identities_;
    std::set<hosts::TokenAddress> loggedIn_;
    std::deque<Error> pinAnswers_;
    std::set<std::string> held_;
    std::set<std::string> firm_;  ///< Of those held, what cannot be cancelled.
    std::map<std::pair<std::string, std::string>, Error> failures_;
    std::map<std::string, unsigned> counts_;
    std::map<std::string, unsigned> waiting_;
    std::vector<token::PromptContext> prompts_;
    std::map<hosts::TokenAddress, Bytes> challenges_;
    std::vector<std::string> administratorPins_;
    std::vector<Bytes> unlockResponses_;
    std::uint64_t lastSerial_ = 1000;
    unsigned cancelled_ = 0;
    std::weak_ptr<void> watch_;
    std::vector<hosts::DriverStatus> statuses_;
    unsigned waysToSign_ = 1;
    std::optional<unsigned> goodSignatures_;  ///< Before the bad ones.
    std::list<hosts::DialogTurn*> turns_;     ///< Of the calls that wait.
    std::list<Listener> listeners_;
};

}  // namespace ukey::test
