#include "tokenlib/softtoken/token.hpp"

#include <algorithm>
#include <chrono>

#include "tokenlib/softtoken/handles.hpp"
#include "tokenlib/softtoken/seal.hpp"

namespace ukey::softtoken {
namespace {

PrivateKey openKey(KeyKind kind, const Secret& plain) {
    if (kind == KeyKind::sm2) return Sm2Private::fromScalar(plain.view());
    return RsaPrivate::fromPkcs1(plain.view());
}

}  // namespace

std::shared_ptr<Token> tokenOf(const std::string& serial) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<Token>> tokens;
    // The folder is part of the key: a program may point the environment elsewhere between two calls.
    const std::lock_guard guard(mutex);
    auto& token = tokens[pathsOf(serial).folder];
    if (!token) token = std::make_shared<Token>(serial);
    return token;
}

Bytes keyContext(const Bytes& containerId, bool signing) {
    Bytes context = containerId;
    for (const char letter : std::string_view(signing ? "sign" : "encrypt"))
        context.push_back(static_cast<std::uint8_t>(letter));
    return context;
}

Access::Access(Token& token) : token_(token), turn_(token.mutex_) {
    token_.lockFreed_.wait(turn_, [this] { return myTurn(nullptr); });
    lookAtPlug();
}

Access::Access(DeviceHandle& device) : token_(*device.token), turn_(token_.mutex_) {
    token_.lockFreed_.wait(turn_, [&] { return myTurn(&device); });
    requireSamePlug(device);
}

Access::Access(DeviceHandle& device, std::chrono::milliseconds timeout)
    : token_(*device.token), turn_(token_.mutex_) {
    require(token_.lockFreed_.wait_for(turn_, timeout, [&] { return myTurn(&device); }), SAR_TIMEOUTERR);
    requireSamePlug(device);
}

Access::Access(ApplicationHandle& application) : Access(*application.device) {}

Access::Access(ContainerHandle& container) : Access(*container.device) {}

bool Access::myTurn(const DeviceHandle* device) const noexcept {
    return token_.lockOwner_ == nullptr || token_.lockOwner_ == device;
}

void Access::requireSamePlug(const DeviceHandle& device) {
    lookAtPlug();
    require(token_.plug_ == device.plug, SAR_DEVICE_REMOVED);
}

// Secrets are wiped in a forked child: nothing may be sealed or signed with what is left of them.
void Access::lookAtProcess() {
    const std::int64_t now = platform::processId();
    if (now == token_.process_) return;
    forgetSession();
    token_.process_ = now;
}

void Access::lookAtPlug() {
    lookAtProcess();
    const platform::FileIdentity now = platform::identityOf(token_.store_.paths().plugged);
    if (now != token_.plug_) {
        forgetSession();
        token_.plug_ = now;
    }
    require(now.exists, SAR_DEVICE_REMOVED);
}

void Access::forgetSession() noexcept {
    token_.logins_.clear();
    token_.openKeys_.clear();
    token_.deviceAuthenticated_ = false;
    if (token_.lockOwner_ != nullptr) (void)token_.unlock(*token_.lockOwner_);
}

const Application& Access::application(const ApplicationHandle& handle) {
    const auto& applications = state().applications;
    const auto found = std::find_if(applications.begin(), applications.end(),
                                    [&handle](const Application& one) { return one.id == handle.id; });
    require(found != applications.end(), SAR_APPLICATION_NOT_EXISTS);
    return *found;
}

const Container& Access::container(const ContainerHandle& handle) {
    const auto& containers = application(*handle.application).containers;
    const auto found = std::find_if(containers.begin(), containers.end(),
                                    [&handle](const Container& one) { return one.id == handle.id; });
    require(found != containers.end(), SAR_FILE_NOT_EXIST);
    return *found;
}

bool Access::loggedIn(const Bytes& applicationId, ULONG pinType) const {
    const auto found = token_.logins_.find(applicationId);
    return found != token_.logins_.end() &&
           (pinType == ADMIN_TYPE ? found->second.admin : found->second.user);
}

void Access::requireUser(const Bytes& applicationId) const {
    require(loggedIn(applicationId, USER_TYPE), SAR_USER_NOT_LOGGED_IN);
}

const Secret& Access::masterKey(const Bytes& applicationId) const {
    const auto found = token_.logins_.find(applicationId);
    require(found != token_.logins_.end(), SAR_USER_NOT_LOGGED_IN);
    return found->second.masterKey;
}

void Access::logIn(const Bytes& applicationId, ULONG pinType, Secret masterKey) {
    Login& login = token_.logins_[applicationId];
    (pinType == ADMIN_TYPE ? login.admin : login.user) = true;
    login.masterKey = std::move(masterKey);
}

void Access::logOut(const Bytes& applicationId, ULONG pinType) {
    const auto found = token_.logins_.find(applicationId);
    if (found == token_.logins_.end()) return;
    (pinType == ADMIN_TYPE ? found->second.admin : found->second.user) = false;
    if (pinType == USER_TYPE) token_.openKeys_.clear();
    if (!found->second.user && !found->second.admin) token_.logins_.erase(found);
}

void Access::logOutAll(const Bytes& applicationId) {
    logOut(applicationId, USER_TYPE);
    logOut(applicationId, ADMIN_TYPE);
}

std::shared_ptr<const PrivateKey> Access::privateKey(const ContainerHandle& handle, bool signing) {
    requireUser(handle.application->id);
    const KeyPair& pair = container(handle).pair(signing);
    require(pair.present(), SAR_KEYNOTFOUNTERR);
    Token::OpenKey& open = token_.openKeys_[{handle.id, signing}];
    if (!open.key || open.publicKey != pair.publicKey) {
        open = {};
        const auto plain =
            unseal(masterKey(handle.application->id), keyContext(handle.id, signing), pair.sealedPrivateKey);
        require(plain.has_value(), SAR_FILEERR);
        open = {pair.publicKey, std::make_shared<const PrivateKey>(openKey(pair.kind, *plain))};
    }
    return open.key;
}

bool Access::lockDevice(const DeviceHandle& device, ULONG milliseconds) {
    if (token_.lockOwner_ == &device) return true;
    if (milliseconds == 0xFFFFFFFFU)
        token_.store_.lock();
    else if (!token_.store_.lockWithin(std::chrono::milliseconds(milliseconds)))
        return false;
    token_.lockOwner_ = &device;
    return true;
}

bool Access::unlockDevice(const DeviceHandle& device) noexcept { return token_.unlock(device); }

bool Token::unlock(const DeviceHandle& device) noexcept {
    if (lockOwner_ != &device) return false;
    lockOwner_ = nullptr;
    store_.unlock();
    lockFreed_.notify_all();
    return true;
}

void Token::disconnect(const DeviceHandle& device) noexcept {
    const std::lock_guard guard(mutex_);
    (void)unlock(device);
}

}  // namespace ukey::softtoken
