#include "tests/daemon/support/fake_hosts.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"

namespace ukey::test {

namespace asio = boost::asio;
using hosts::Change;
using hosts::TokenAddress;

namespace {

std::string nameOf(const token::Operation& operation) {
    return std::visit([](const auto& op) { return std::string(std::decay_t<decltype(op)>::kName); },
                      operation);
}

/// As a library does it: what is wrong with the octets is its own error.
Bytes opened(const pki::test::TestKey& key, const token::Decrypt::Cipher& cipher) {
    try {
        const auto open = [&]<class Cipher>(const Cipher& one) {
            if constexpr (std::is_same_v<Cipher, token::Sm2Cipher>) {
                return key.decrypt(pki::sm2CipherToDer(one));
            } else {
                return key.decrypt(one);
            }
        };
        return std::visit(open, cipher);
    } catch (const std::runtime_error& error) {
        throw Error(ErrorCode::driverError, error.what());
    }
}

std::string tokenOf(const token::Operation& operation) {
    return std::visit(
        [](const auto& op) {
            if constexpr (requires { op.token; }) return op.token;
            return std::string();
        },
        operation);
}

}  // namespace

FakeHosts::FakeHosts(const asio::any_io_executor& executor)
    : executor_(executor),
      released_(executor, asio::steady_timer::time_point::max()),
      ca_(token::KeyAlgorithm::p256) {}

TokenAddress FakeHosts::plug(const std::string& serial, token::KeyAlgorithm algorithm,
                             const std::string& driver) {
    return plugAs("slot-" + serial, serial, algorithm, driver);
}

TokenAddress FakeHosts::plugTwin(const TokenAddress& address) {
    const token::TokenInfo& info = at(address).token.info;
    return plugAs(info.id + "-twin", info.serial, info.algorithms.front(), address.driver);
}

TokenAddress FakeHosts::plugAs(const std::string& id, const std::string& serial,
                               token::KeyAlgorithm algorithm, const std::string& driver) {
    Plugged plugged;
    plugged.token.driver = driver;
    plugged.token.info.id = id;
    plugged.token.info.model = "Fake";
    plugged.token.info.label = "Token " + serial;
    plugged.token.info.serial = serial;
    plugged.token.info.manufacturer = "Test";
    plugged.token.info.algorithms = {algorithm};
    plugged.token.identity = identities_.of(driver, plugged.token.info);
    plugged.key = pki::test::TestKey::generate(algorithm);
    token::KeyEntry entry;
    entry.ref = {"C1", token::KeyUsage::sign};
    entry.publicKey = plugged.key->publicKey();
    pki::test::CertificateSpec spec;
    spec.serial = ++lastSerial_;
    entry.certificate = ca_.issue(plugged.key->publicKey(), spec);
    plugged.keys.push_back(std::move(entry));
    const TokenAddress address = plugged.token.address();
    const hosts::HostedToken token = plugged.token;
    tokens_.insert_or_assign(address, std::move(plugged));
    tell({Change::inserted, token});
    return address;
}

void FakeHosts::unplug(const TokenAddress& address) {
    const hosts::HostedToken token = at(address).token;
    tokens_.erase(address);
    identities_.forget(address.driver, address.token);
    loggedIn_.erase(address);
    tell({Change::removed, token});
}

void FakeHosts::lose(const TokenAddress& address) {
    const hosts::HostedToken token = at(address).token;
    tokens_.erase(address);
    identities_.forget(address.driver, address.token);
    loggedIn_.erase(address);
    tell({Change::lost, token});
}

void FakeHosts::report(const TokenAddress& address, Change change) { tell({change, at(address).token}); }

void FakeHosts::offerChallenge(const TokenAddress& address, Bytes challenge) {
    at(address).token.info.remoteUnlock = true;
    challenges_[address] = std::move(challenge);
}

std::string FakeHosts::addEncryptionKey(const TokenAddress& address, const std::string& container) {
    Plugged& plugged = at(address);
    const auto key = pki::test::TestKey::generate(plugged.keys.front().publicKey->algorithm);
    token::KeyEntry entry;
    entry.ref = {container, token::KeyUsage::encrypt};
    entry.publicKey = key.publicKey();
    entry.decrypt = token::DecryptMeans::direct;
    pki::test::CertificateSpec spec;
    spec.serial = ++lastSerial_;
    spec.keyUsage = pki::test::kEncryptUsage;
    // Its name for those who seal to key identifiers: an OCTET STRING.
    spec.extensions = {{"2.5.29.14", {0x04, 0x02, 0x5A, static_cast<std::uint8_t>(lastSerial_)}}};
    entry.certificate = ca_.issue(key.publicKey(), spec);
    std::string pem = pki::Certificate::fromDer(entry.certificate).pem();
    plugged.encryptionKeys.insert_or_assign(container, key);
    plugged.keys.push_back(std::move(entry));
    return pem;
}

void FakeHosts::addCertificate(const TokenAddress& address, const pki::test::CertificateSpec& spec) {
    Plugged& plugged = at(address);
    token::KeyEntry entry = plugged.keys.front();
    entry.ref.container = "C2";
    entry.certificate = ca_.issue(plugged.key->publicKey(), spec);
    plugged.keys.push_back(std::move(entry));
}

void FakeHosts::addAuthority(const TokenAddress& address) {
    token::KeyEntry entry;
    entry.ref = {"CA", token::KeyUsage::sign};
    entry.certificate = ca_.certificate();
    at(address).keys.push_back(std::move(entry));
}

void FakeHosts::change(const TokenAddress& address, const std::function<void(token::TokenInfo&)>& how) {
    how(at(address).token.info);
    report(address, Change::updated);
}

void FakeHosts::replaceCertificate(const TokenAddress& address, Bytes der, bool hasKey) {
    token::KeyEntry& entry = at(address).keys.front();
    entry.certificate = std::move(der);
    if (!hasKey) entry.publicKey.reset();
}

void FakeHosts::setPin(const TokenAddress& address, const token::PinState& pin) {
    at(address).token.info.pin = pin;
    report(address, Change::updated);
}

const pki::test::TestKey& FakeHosts::key(const TokenAddress& address) const {
    return *tokens_.at(address).key;
}

void FakeHosts::release(const std::string& operation) {
    held_.erase(operation);
    released_.cancel();
}

unsigned FakeHosts::count(const std::string& operation) const {
    const auto found = counts_.find(operation);
    return found == counts_.end() ? 0 : found->second;
}

unsigned FakeHosts::waiting(const std::string& operation) const {
    const auto found = waiting_.find(operation);
    return found == waiting_.end() ? 0 : found->second;
}

asio::awaitable<void> FakeHosts::waitIfHeld(std::string operation) {
    const std::shared_ptr<void> counted(nullptr, [this, operation](void*) { --waiting_[operation]; });
    ++waiting_[operation];
    while (held_.contains(operation)) {
        boost::system::error_code woken;
        co_await released_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none && !firm_.contains(operation)) {
            ++cancelled_;
            throw Error(ErrorCode::userCancelled, "the caller gave up");
        }
    }
}

asio::awaitable<std::vector<hosts::HostedToken>> FakeHosts::tokens() {
    ++counts_["tokens"];
    co_await waitIfHeld("tokens");
    std::vector<hosts::HostedToken> list;
    for (const auto& [address, plugged] : tokens_) list.push_back(plugged.token);
    co_return list;
}

asio::awaitable<token::OperationResult> FakeHosts::run(std::string driver, token::Operation operation,
                                                       hosts::DialogTurn turn) {
    turns_.push_back(&turn);
    const std::shared_ptr<void> listed(nullptr, [this, &turn](void*) { turns_.remove(&turn); });
    const std::string name = nameOf(operation);
    ++counts_[name];
    if (const auto* verify = std::get_if<token::VerifyPin>(&operation)) prompts_.push_back(verify->prompt);
    if (const auto* change = std::get_if<token::ChangePin>(&operation)) prompts_.push_back(change->prompt);
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await waitIfHeld(name);
    if (firm_.contains(name)) co_await asio::this_coro::throw_if_cancelled(true);
    co_return perform(driver, operation);
}

token::OperationResult FakeHosts::perform(const std::string& driver, const token::Operation& operation) {
    if (const auto failure = failures_.find({driver, nameOf(operation)}); failure != failures_.end())
        throw Error(failure->second);
    const TokenAddress address{driver, tokenOf(operation)};
    Plugged& plugged = at(address);
    if (std::holds_alternative<token::ListKeys>(operation)) return plugged.keys;
    if (std::holds_alternative<token::DescribeToken>(operation)) return plugged.token.info;
    if (const auto* verify = std::get_if<token::VerifyPin>(&operation)) {
        // As a host does it, within this one operation.
        if (verify->changeFirst) {
            ++counts_["change-pin"];
            (void)perform(driver, token::ChangePin{verify->token, verify->prompt});
        }
        if (!pinAnswers_.empty()) {
            const Error error = pinAnswers_.front();
            pinAnswers_.pop_front();
            throw Error(error);
        }
        loggedIn_.insert(address);
        return token::Nothing{};
    }
    if (std::holds_alternative<token::Logout>(operation)) {
        loggedIn_.erase(address);
        return token::Nothing{};
    }
    if (const auto* sign = std::get_if<token::Sign>(&operation)) {
        if (!loggedIn_.contains(address)) throw Error(ErrorCode::pinRequired, "not logged in");
        if (sign->attempt >= waysToSign_) throw Error(ErrorCode::unsupported, "no other way");
        Bytes digest = sign->digest;
        if (sign->attempt + 1 != waysToSign_) digest.front() ^= 1U;
        if (goodSignatures_ && *goodSignatures_ == 0) digest.front() ^= 1U;
        if (goodSignatures_ && *goodSignatures_ > 0) --*goodSignatures_;
        return plugged.key->sign(sign->digestAlgorithm, digest);
    }
    if (const auto* decrypt = std::get_if<token::Decrypt>(&operation)) {
        if (!loggedIn_.contains(address)) throw Error(ErrorCode::pinRequired, "not logged in");
        return opened(plugged.encryptionKeys.at(decrypt->key.container), decrypt->cipher);
    }
    if (std::holds_alternative<token::UnlockChallenge>(operation)) return challenges_.at(address);
    if (const auto* unlock = std::get_if<token::UnlockPinWith>(&operation)) {
        administratorPins_.emplace_back(unlock->administratorPin.text());
        return token::Nothing{};
    }
    if (const auto* unlock = std::get_if<token::UnlockResponse>(&operation)) {
        unlockResponses_.push_back(unlock->response);
        return token::Nothing{};
    }
    if (std::holds_alternative<token::ChangePin>(operation) ||
        std::holds_alternative<token::UnlockPin>(operation))
        return token::Nothing{};
    throw Error(ErrorCode::unsupported, "not in the fake");
}

std::shared_ptr<void> FakeHosts::subscribe(Listener listener) {
    const auto place = listeners_.insert(listeners_.end(), std::move(listener));
    return {nullptr, [this, place](void*) { listeners_.erase(place); }};
}

void FakeHosts::tell(const hosts::TokenChange& change) {
    for (const Listener& listener : listeners_) listener(change);
}

FakeHosts::Plugged& FakeHosts::at(const TokenAddress& address) {
    const auto found = tokens_.find(address);
    if (found == tokens_.end()) throw Error(ErrorCode::tokenRemoved, "pulled");
    return found->second;
}

}  // namespace ukey::test
