#include "tokenlib/drivers/skf/skf_driver.hpp"

#include <algorithm>
#include <atomic>

#include "tokenlib/drivers/skf/fields.hpp"
#include "tokenlib/drivers/skf/key_access.hpp"
#include "tokenlib/drivers/skf/pin_access.hpp"
#include "tokenlib/drivers/skf/sar.hpp"
#include "tokenlib/drivers/skf/token_table.hpp"

namespace ukey::skf {
namespace {

constexpr std::uint32_t kRsaFamily = 0x00010000;
constexpr std::uint32_t kEccFamily = 0x00020000;
constexpr std::uint32_t kMaxRandom = 1024;

class SkfDriver final : public token::Driver {
  public:
    explicit SkfDriver(const SkfOptions& options)
        : options_(options), api_(bindLibrary(options_)), tokens_(*api_, options_), keys_(*api_, options_) {}

    token::ListTokens::Result listTokens(const token::ListTokens&) override {
        token::ListTokens::Result list;
        for (const std::string& id : tokens_.present()) {
            try {
                list.push_back(describe(id));
            } catch (const Error& error) {
                const bool isGone =
                    error.code() == ErrorCode::tokenRemoved || error.code() == ErrorCode::tokenNotFound;
                // One token that does not work must not hide the others.
                if (!isGone) list.push_back(unusable(id));
            }
        }
        return list;
    }

    token::DescribeToken::Result describeToken(const token::DescribeToken& op) override {
        return describe(op.token);
    }

    token::ListKeys::Result listKeys(const token::ListKeys& op) override {
        auto listing = tokens_.with(op.token, [&](OpenToken& token) { return keys_.list(token); });
        if (listing.isDoubtful && !tokens_.isPresent(op.token)) {
            throw Error(ErrorCode::tokenRemoved, "the token went while its keys were read");
        }
        return std::move(listing.keys);
    }

    void login(const std::string& id, token::PinRole role, const Secret& pin) override {
        tokens_.withOnce(id, [&](OpenToken& token) { pinOf(token).login(role, pin); });
    }

    token::Nothing logout(const token::Logout& op) override {
        tokens_.with(op.token, [&](OpenToken& token) {
            token.endSessions();
            if (!token.isBlank()) api_->clearSecureState(token.application());
            token.noteLogin(false);
        });
        return {};
    }

    token::Sign::Result sign(const token::Sign& op) override {
        return tokens_.with(op.token, [&](OpenToken& token) { return keys_.sign(token, op); });
    }

    token::GenerateKeyPair::Result generateKeyPair(const token::GenerateKeyPair& op) override {
        return tokens_.withOnce(op.token, [&](OpenToken& token) { return keys_.generate(token, op); });
    }

    token::Nothing importKeyPair(const token::ImportKeyPair& op) override {
        tokens_.withOnce(op.token, [&](OpenToken& token) { keys_.import(token, op); });
        return {};
    }

    token::Nothing writeCertificate(const token::WriteCertificate& op) override {
        tokens_.withOnce(op.token, [&](OpenToken& token) { keys_.write(token, op); });
        return {};
    }

    token::Nothing deleteContainer(const token::DeleteContainer& op) override {
        tokens_.withOnce(op.token, [&](OpenToken& token) {
            if (token.hasContainer(op.container)) token.remove(op.container);
        });
        return {};
    }

    token::Decrypt::Result decrypt(const token::Decrypt& op) override {
        return tokens_.with(op.token, [&](OpenToken& token) { return keys_.decrypt(token, op); });
    }

    token::OpenSession::Result openSession(const token::OpenSession& op) override {
        return tokens_.with(op.token, [&](OpenToken& token) { return keys_.openSession(token, op); });
    }

    token::SessionDecrypt::Result sessionDecrypt(const token::SessionDecrypt& op) override {
        return tokens_.with(op.token, [&](OpenToken& token) {
            try {
                return token.session(op.session).decrypt(op.data);
            } catch (const Error& error) {
                // Where its chaining stands is not known any more.
                if (error.code() != ErrorCode::badRequest) token.endSession(op.session);
                throw;
            }
        });
    }

    token::Nothing closeSession(const token::CloseSession& op) override {
        tokens_.with(op.token, [&](OpenToken& token) { token.endSession(op.session); });
        return {};
    }

    token::Random::Result random(const token::Random& op) override {
        if (op.length == 0 || op.length > kMaxRandom) {
            throw Error(ErrorCode::badRequest, "random octets are given by 1 to 1024");
        }
        return tokens_.with(op.token,
                            [&](OpenToken& token) { return api_->random(token.device(), op.length); });
    }

    token::PinState administratorPin(const std::string& id) override {
        return tokens_.with(id, [&](OpenToken& token) { return pinOf(token).administratorState(); });
    }

    void changePin(const std::string& id, token::PinRole role, const Secret& oldPin,
                   const Secret& newPin) override {
        tokens_.withOnce(id, [&](OpenToken& token) { pinOf(token).change(role, oldPin, newPin); });
    }

    void unlockPin(const std::string& id, const Secret& administratorPin, const Secret& newPin) override {
        tokens_.withOnce(id, [&](OpenToken& token) { pinOf(token).unblock(administratorPin, newPin); });
    }

    token::UnlockChallenge::Result unlockChallenge(const token::UnlockChallenge& op) override {
        return tokens_.with(
            op.token, [&](OpenToken& token) { return api_->remoteUnblockRequest(token.application()); });
    }

    void unlockResponse(const std::string& id, ByteView response) override {
        tokens_.withOnce(id, [&](OpenToken& token) { pinOf(token).remoteUnblock(response); });
    }

    void waitForChange() override {
        if (!options_.events) throw Error(ErrorCode::unsupported, "this library has no events");
        if (isStopped_.load()) return;
        try {
            api_->waitForEvent();
        } catch (const Error&) {
            // How a wait ends that was cancelled, the standard does not say.
            if (!isStopped_.load()) throw;
        }
    }

    void stopWaiting() noexcept override {
        isStopped_.store(true);
        api_->cancelWait();
    }

  private:
    PinAccess pinOf(OpenToken& token) { return {*api_, options_, token}; }

    token::TokenInfo describe(const std::string& id) {
        return tokens_.with(id, [&](OpenToken& token) {
            token.refresh();
            const DeviceInfo& device = token.info();
            token::TokenInfo info;
            info.id = id;
            info.connection = tokens_.connection(id);
            info.model = modelOf(device);
            info.label = device.label;
            info.serial = device.serial.empty() ? id : device.serial;
            info.manufacturer = device.manufacturer;
            info.algorithms = algorithmsOf(device);
            info.deliveries = deliveriesOf(device);
            if (token.isBlank()) {
                info.state = token::TokenState::blank;
                return info;
            }
            info.pin = pinOf(token).userState();
            if (info.pin.status == token::PinStatus::locked) info.state = token::TokenState::locked;
            const auto containers = token.containerCount();
            info.hidesCertificates = token.hidesContainers();
            info.room = roomOf(containers);
            info.remoteUnlock = api_->capabilities().remoteUnblock;
            return info;
        });
    }

    const std::string& modelOf(const DeviceInfo& device) const {
        if (options_.quirks.issuerIsModel && !device.issuer.empty()) return device.issuer;
        return options_.model.empty() ? device.manufacturer : options_.model;
    }

    token::TokenInfo unusable(const std::string& id) const {
        token::TokenInfo info;
        info.id = id;
        info.connection = tokens_.connection(id);
        info.model = options_.model;
        info.label = id;
        info.state = token::TokenState::unusable;
        return info;
    }

    static bool claims(const DeviceInfo& device, std::uint32_t family) {
        return device.asymmetricAlgorithms == 0 || (device.asymmetricAlgorithms & family) != 0;
    }

    std::vector<token::KeyAlgorithm> algorithmsOf(const DeviceInfo& device) const {
        const Capabilities& can = api_->capabilities();
        std::vector<token::KeyAlgorithm> algorithms;
        if (can.generateSm2 && claims(device, kEccFamily)) algorithms.push_back(token::KeyAlgorithm::sm2);
        if (can.generateRsa && claims(device, kRsaFamily)) algorithms.push_back(token::KeyAlgorithm::rsa2048);
        return algorithms;
    }

    std::vector<token::KeyDelivery> deliveriesOf(const DeviceInfo& device) const {
        const Capabilities& can = api_->capabilities();
        std::vector<token::KeyDelivery> deliveries;
        if (can.importSm2 && claims(device, kEccFamily))
            deliveries.push_back(token::KeyDelivery::envelopedSm2);
        if (can.importRsa && claims(device, kRsaFamily)) deliveries.push_back(token::KeyDelivery::wrapped);
        return deliveries;
    }

    std::optional<unsigned> roomOf(std::optional<std::size_t> containers) const {
        if (!options_.maxContainers || !containers) return std::nullopt;
        const auto used = static_cast<unsigned>(*containers);
        return *options_.maxContainers - std::min(used, *options_.maxContainers);
    }

    const SkfOptions options_;
    std::unique_ptr<Api> api_;
    TokenTable tokens_;
    KeyAccess keys_;
    std::atomic<bool> isStopped_ = false;
};

}  // namespace

std::unique_ptr<token::Driver> loadDriver(const SkfOptions& options) {
    return std::make_unique<SkfDriver>(options);
}

}  // namespace ukey::skf
