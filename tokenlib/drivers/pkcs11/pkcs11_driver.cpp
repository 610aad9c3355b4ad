#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "tokenlib/drivers/pkcs11/enrolment.hpp"
#include "tokenlib/drivers/pkcs11/module.hpp"
#include "tokenlib/drivers/pkcs11/private_keys.hpp"
#include "tokenlib/drivers/pkcs11/slot_events.hpp"
#include "tokenlib/drivers/pkcs11/token_info.hpp"
#include "tokenlib/drivers/pkcs11/token_session.hpp"

namespace ukey::pkcs11 {
namespace {

class Pkcs11Driver final : public token::Driver {
  public:
    explicit Pkcs11Driver(Pkcs11Options options)
        : options_(std::move(options)), module_(options_), events_(module_) {}

    token::ListTokens::Result listTokens(const token::ListTokens&) override;
    token::DescribeToken::Result describeToken(const token::DescribeToken& request) override;
    token::ListKeys::Result listKeys(const token::ListKeys& request) override;
    void login(const std::string& token, token::PinRole role, const Secret& pin) override;
    token::Nothing logout(const token::Logout& request) override;
    token::Sign::Result sign(const token::Sign& request) override;
    token::GenerateKeyPair::Result generateKeyPair(const token::GenerateKeyPair& request) override;
    token::Nothing importKeyPair(const token::ImportKeyPair& request) override;
    token::Nothing writeCertificate(const token::WriteCertificate& request) override;
    token::Nothing deleteContainer(const token::DeleteContainer& request) override;
    token::Decrypt::Result decrypt(const token::Decrypt& request) override;
    token::OpenSession::Result openSession(const token::OpenSession&) override {
        throw unsupported("session keys");
    }
    token::SessionDecrypt::Result sessionDecrypt(const token::SessionDecrypt&) override {
        throw unsupported("session keys");
    }
    token::Nothing closeSession(const token::CloseSession&) override { return {}; }
    token::Random::Result random(const token::Random& request) override;
    token::PinState administratorPin(const std::string& token) override;
    void changePin(const std::string& token, token::PinRole role, const Secret& oldPin,
                   const Secret& newPin) override;
    void unlockPin(const std::string& token, const Secret& administratorPin, const Secret& newPin) override;
    token::UnlockChallenge::Result unlockChallenge(const token::UnlockChallenge&) override {
        throw unsupported("remote unlock");
    }
    void unlockResponse(const std::string&, ByteView) override { throw unsupported("remote unlock"); }
    void waitForChange() override { events_.wait(); }
    void stopWaiting() noexcept override { events_.stop(); }

  private:
    using Tokens = std::map<std::string, TokenSession, std::less<>>;

    static Error unsupported(const std::string& what) {
        return {ErrorCode::unsupported, "PKCS#11 modules have no " + what};
    }
    const Sm2Mechanisms* sm2() const { return options_.sm2 ? &*options_.sm2 : nullptr; }
    token::TokenInfo described(TokenSession& token, const CK_TOKEN_INFO& info) const {
        const bool inUse = token.isInUse(info);
        token::TokenInfo description = tokenInfoOf(token.id(), info, inUse, token.mechanisms(), sm2());
        if (description.label.empty()) description.label = slotName(module_, token.slot());
        description.hidesCertificates = inUse && token.hidesCertificates(info);
        description.connection = token.connection();
        return description;
    }
    /// The token in a slot; known ones keep their session and login.
    TokenSession& tokenIn(CK_SLOT_ID slot, const CK_TOKEN_INFO& info);
    Tokens::iterator find(const std::string& id);
    /// Runs `use` on the token, and draws what follows from its failing.
    template <class Use>
    auto with(const std::string& id, const Use& use);
    [[noreturn]] void throwAfter(Tokens::iterator token, const Error& error);

    Pkcs11Options options_;
    Module module_;
    // Ends the module before the tokens below could: they go first.
    SlotEvents events_;
    Tokens tokens_;
    std::uint64_t lastConnection_ = 0;
};

TokenSession& Pkcs11Driver::tokenIn(CK_SLOT_ID slot, const CK_TOKEN_INFO& info) {
    const std::string serial = serialKey(info);
    const std::string id = std::to_string(slot) + "-" + serial;
    const auto known = tokens_.find(id);
    if (known != tokens_.end()) {
        if (known->second.isAlive()) return known->second;
        if (!known->second.isPresent()) known->second.abandon();
        tokens_.erase(known);  // It was out and is in again.
    }
    return tokens_.try_emplace(id, module_, sm2(), slot, serial, ++lastConnection_).first->second;
}

token::ListTokens::Result Pkcs11Driver::listTokens(const token::ListTokens&) {
    token::ListTokens::Result list;
    std::set<std::string> present;
    for (const auto slot : slotsWithToken(module_)) {
        CK_TOKEN_INFO info{};
        const CK_RV value = module_.attempt(fn::getTokenInfo, slot, &info);
        if (value == CKR_OK) {
            TokenSession& token = tokenIn(slot, info);
            if (present.insert(token.id()).second) {
                list.push_back(described(token, info));
            }
        } else if (errorOf(fn::getTokenInfo.name, value).code() != ErrorCode::tokenRemoved) {
            list.push_back(unusableToken(module_, slot));
        }
    }
    for (auto& [id, token] : tokens_) {
        if (!present.contains(id) && !token.isPresent()) token.abandon();
    }
    std::erase_if(tokens_, [&](const auto& entry) { return !present.contains(entry.first); });
    return list;
}

Pkcs11Driver::Tokens::iterator Pkcs11Driver::find(const std::string& id) {
    auto found = tokens_.find(id);
    if (found != tokens_.end()) return found;
    (void)listTokens({});
    found = tokens_.find(id);
    if (found == tokens_.end()) throw Error(ErrorCode::tokenNotFound, "no token " + toHex(asBytes(id)));
    return found;
}

void Pkcs11Driver::throwAfter(Tokens::iterator token, const Error& error) {
    switch (error.code()) {
        case ErrorCode::pinRequired:
            // Also when the token itself says so, though we believed in a login.
            if (error.driverCode() == CKR_USER_NOT_LOGGED_IN) token->second.noteLoggedOut();
            throw error;
        case ErrorCode::tokenRemoved:
            if (!token->second.isPresent()) token->second.abandon();
            tokens_.erase(token);
            throw error;
        case ErrorCode::driverError: {
            // A pulled token makes modules fail in any way they like.
            if (error.driverCode() == 0 || token->second.isAlive()) throw error;
            if (!token->second.isPresent()) token->second.abandon();
            tokens_.erase(token);
            Error removed(ErrorCode::tokenRemoved, error.what());
            removed.withDriverCode(error.driverCode());
            throw removed;
        }
        default:
            throw error;
    }
}

template <class Use>
auto Pkcs11Driver::with(const std::string& id, const Use& use) {
    const auto token = find(id);
    try {
        return use(token->second);
    } catch (const Error& error) {
        throwAfter(token, error);
    }
}

token::DescribeToken::Result Pkcs11Driver::describeToken(const token::DescribeToken& request) {
    return with(request.token, [&](TokenSession& token) { return described(token, token.info()); });
}

token::ListKeys::Result Pkcs11Driver::listKeys(const token::ListKeys& request) {
    return with(request.token, [](TokenSession& token) {
        token.forgetKeys();
        token::ListKeys::Result list;
        for (const auto& pair : token.keys()) {
            if (!pair.listed) continue;
            for (auto& entry : entriesOf(pair)) list.push_back(std::move(entry));
        }
        return list;
    });
}

void Pkcs11Driver::login(const std::string& token, token::PinRole role, const Secret& pin) {
    with(token, [&](TokenSession& session) { session.login(role, pin); });
}

token::Nothing Pkcs11Driver::logout(const token::Logout& request) {
    with(request.token, [](TokenSession& token) { token.logout(); });
    return {};
}

token::Sign::Result Pkcs11Driver::sign(const token::Sign& request) {
    return with(request.token, [&](TokenSession& token) { return pkcs11::sign(token, request); });
}

token::GenerateKeyPair::Result Pkcs11Driver::generateKeyPair(const token::GenerateKeyPair& request) {
    return with(request.token, [&](TokenSession& token) { return pkcs11::generateKeyPair(token, request); });
}

token::Nothing Pkcs11Driver::importKeyPair(const token::ImportKeyPair& request) {
    with(request.token, [&](TokenSession& token) { pkcs11::importKeyPair(token, request); });
    return {};
}

token::Nothing Pkcs11Driver::writeCertificate(const token::WriteCertificate& request) {
    with(request.token, [&](TokenSession& token) { pkcs11::writeCertificate(token, request); });
    return {};
}

token::Nothing Pkcs11Driver::deleteContainer(const token::DeleteContainer& request) {
    with(request.token, [&](TokenSession& token) { pkcs11::deleteContainer(token, request); });
    return {};
}

token::Decrypt::Result Pkcs11Driver::decrypt(const token::Decrypt& request) {
    return with(request.token, [&](TokenSession& token) { return pkcs11::decrypt(token, request); });
}

token::Random::Result Pkcs11Driver::random(const token::Random& request) {
    constexpr std::uint32_t kMaxRandom = 1024;
    if (request.length == 0 || request.length > kMaxRandom) {
        throw Error(ErrorCode::badRequest, "random octets: 1 to 1024 at a time");
    }
    return with(request.token, [&](TokenSession& token) {
        Bytes octets(request.length);
        module_.call(fn::generateRandom, token.session(), octets.data(),
                     static_cast<CK_ULONG>(octets.size()));
        return octets;
    });
}

void Pkcs11Driver::changePin(const std::string& token, token::PinRole role, const Secret& oldPin,
                             const Secret& newPin) {
    with(token, [&](TokenSession& session) { session.changePin(role, oldPin, newPin); });
}

token::PinState Pkcs11Driver::administratorPin(const std::string& token) {
    return with(token, [&](TokenSession& session) { return session.administratorPin(); });
}

void Pkcs11Driver::unlockPin(const std::string& token, const Secret& administratorPin, const Secret& newPin) {
    with(token, [&](TokenSession& session) { session.unlockPin(administratorPin, newPin); });
}

}  // namespace

std::unique_ptr<token::Driver> loadDriver(const Pkcs11Options& options) {
    return std::make_unique<Pkcs11Driver>(options);
}

}  // namespace ukey::pkcs11
