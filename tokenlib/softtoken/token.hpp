// One soft token as this process holds it: its store, and what a real token forgets when it is pulled out -
// logins, opened keys, device authentication.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>

#include "tokenlib/base/secret.hpp"
#include "tokenlib/softtoken/rsa.hpp"
#include "tokenlib/softtoken/sm2.hpp"
#include "tokenlib/softtoken/store.hpp"

namespace ukey::softtoken {

struct DeviceHandle;
struct ApplicationHandle;
struct ContainerHandle;

/// Who is logged in to an application. The master key is there as long as anybody is.
struct Login {
    bool user = false;
    bool admin = false;
    Secret masterKey;
};

using PrivateKey = std::variant<Sm2Private, RsaPrivate>;

class Token {
  public:
    explicit Token(std::string serial) : serial_(std::move(serial)), store_(serial_) {}

    const std::string& serial() const noexcept { return serial_; }
    /// Safe without an Access; the rest of the store is not.
    FaultBook& faults() noexcept { return store_.faults(); }
    /// Gives back what the device has locked, plugged in or not.
    void disconnect(const DeviceHandle& device) noexcept;

  private:
    friend class Access;

    bool unlock(const DeviceHandle& device) noexcept;

    const std::string serial_;
    Store store_;
    std::mutex mutex_;
    std::condition_variable lockFreed_;
    const DeviceHandle* lockOwner_ = nullptr;
    platform::FileIdentity plug_;
    std::int64_t process_ = 0;
    bool deviceAuthenticated_ = false;
    std::map<Bytes, Login> logins_;

    struct OpenKey {
        Bytes publicKey;
        std::shared_ptr<const PrivateKey> key;
    };
    /// By container and use.
    std::map<std::pair<Bytes, bool>, OpenKey> openKeys_;
};

/// The token of that serial, one object a process.
std::shared_ptr<Token> tokenOf(const std::string& serial);

/// The turn of one call at a token: excludes the others, and has made sure that the token is still plugged in
/// as it was when the device was connected. Throws SAR_DEVICE_REMOVED.
class Access {
  public:
    explicit Access(DeviceHandle& device);
    /// Throws SAR_TIMEOUTERR when another device handle keeps the token locked for longer.
    Access(DeviceHandle& device, std::chrono::milliseconds timeout);
    explicit Access(ApplicationHandle& application);
    explicit Access(ContainerHandle& container);
    /// Without a device yet: takes the plug as it is.
    explicit Access(Token& token);

    Token& token() noexcept { return token_; }
    Store& store() noexcept { return token_.store_; }
    const State& state() { return token_.store_.state(); }
    const platform::FileIdentity& plug() const noexcept { return token_.plug_; }

    /// Throw SAR_APPLICATION_NOT_EXISTS and SAR_FILE_NOT_EXIST when it was deleted meanwhile.
    const Application& application(const ApplicationHandle& handle);
    const Container& container(const ContainerHandle& handle);

    bool deviceAuthenticated() const noexcept { return token_.deviceAuthenticated_; }
    void setDeviceAuthenticated() noexcept { token_.deviceAuthenticated_ = true; }

    bool loggedIn(const Bytes& applicationId, ULONG pinType) const;
    /// Throws SAR_USER_NOT_LOGGED_IN.
    void requireUser(const Bytes& applicationId) const;
    /// Throws SAR_USER_NOT_LOGGED_IN when nobody is logged in.
    const Secret& masterKey(const Bytes& applicationId) const;
    void logIn(const Bytes& applicationId, ULONG pinType, Secret masterKey);
    void logOut(const Bytes& applicationId, ULONG pinType);
    void logOutAll(const Bytes& applicationId);

    /// The opened private key; the user is logged in. Throws SAR_KEYNOTFOUNTERR.
    std::shared_ptr<const PrivateKey> privateKey(const ContainerHandle& handle, bool signing);

    /// SKF_LockDev; false when time ran out.
    bool lockDevice(const DeviceHandle& device, ULONG milliseconds);
    /// Whether the device held the lock.
    bool unlockDevice(const DeviceHandle& device) noexcept;

  private:
    bool myTurn(const DeviceHandle* device) const noexcept;
    void requireSamePlug(const DeviceHandle& device);
    void lookAtPlug();
    void lookAtProcess();
    void forgetSession() noexcept;

    Token& token_;
    std::unique_lock<std::mutex> turn_;
};

/// What a private key is sealed with beside the master key.
Bytes keyContext(const Bytes& containerId, bool signing);

}  // namespace ukey::softtoken
