// The handles that the interface gives out: numbers that are looked up, never addresses that are believed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "tokenlib/softtoken/digest.hpp"
#include "tokenlib/softtoken/sm4.hpp"
#include "tokenlib/softtoken/token.hpp"

namespace ukey::softtoken {

struct DeviceHandle;

struct HandleObject {
    HandleObject() = default;
    HandleObject(const HandleObject&) = delete;
    HandleObject& operator=(const HandleObject&) = delete;
    virtual ~HandleObject() = default;
    /// The device that it was made with.
    virtual DeviceHandle& owner() noexcept = 0;
};

struct DeviceHandle final : HandleObject {
    DeviceHandle(std::shared_ptr<Token> itsToken, const platform::FileIdentity& itsPlug)
        : token(std::move(itsToken)), plug(itsPlug) {}
    DeviceHandle& owner() noexcept override { return *this; }

    const std::shared_ptr<Token> token;
    const platform::FileIdentity plug;
    Bytes challenge;  // the last random number, for SKF_DevAuth
};

/// What belongs to a device.
struct DeviceChild : HandleObject {
    explicit DeviceChild(std::shared_ptr<DeviceHandle> itsDevice) : device(std::move(itsDevice)) {}
    DeviceHandle& owner() noexcept override { return *device; }

    const std::shared_ptr<DeviceHandle> device;
};

struct ApplicationHandle final : DeviceChild {
    ApplicationHandle(std::shared_ptr<DeviceHandle> itsDevice, Bytes itsId)
        : DeviceChild(std::move(itsDevice)), id(std::move(itsId)) {}
    const Bytes id;
};

struct ContainerHandle final : DeviceChild {
    ContainerHandle(std::shared_ptr<ApplicationHandle> itsApplication, Bytes itsId)
        : DeviceChild(itsApplication->device), application(std::move(itsApplication)), id(std::move(itsId)) {}
    const std::shared_ptr<ApplicationHandle> application;
    const Bytes id;
};

struct KeyHandle final : DeviceChild {
    KeyHandle(std::shared_ptr<DeviceHandle> itsDevice, Secret itsKey, ULONG itsAlgorithm)
        : DeviceChild(std::move(itsDevice)), key(std::move(itsKey)), algorithm(itsAlgorithm) {}
    const Secret key;
    const ULONG algorithm;
    std::unique_ptr<Sm4Stream> encrypting;
    std::unique_ptr<Sm4Stream> decrypting;
};

struct HashHandle final : DeviceChild {
    HashHandle(std::shared_ptr<DeviceHandle> itsDevice, HashKind kind)
        : DeviceChild(std::move(itsDevice)), hasher(Hasher(kind)) {}
    std::optional<Hasher> hasher;  // until it is finished
};

struct MacHandle final : DeviceChild {
    MacHandle(std::shared_ptr<DeviceHandle> itsDevice, const Secret& key, const Sm4Block& iv, bool padding)
        : DeviceChild(std::move(itsDevice)), mac(std::make_unique<Sm4Mac>(key, iv, padding)) {}
    std::unique_ptr<Sm4Mac> mac;  // until it is finished
};

struct AgreementHandle final : DeviceChild {
    AgreementHandle(std::shared_ptr<ContainerHandle> itsContainer, Sm2Private itsTemporary, Bytes itsId,
                    ULONG itsAlgorithm)
        : DeviceChild(itsContainer->device),
          container(std::move(itsContainer)),
          temporary(std::move(itsTemporary)),
          id(std::move(itsId)),
          algorithm(itsAlgorithm) {}
    const std::shared_ptr<ContainerHandle> container;
    std::optional<Sm2Private> temporary;  // until the key is agreed
    const Bytes id;
    const ULONG algorithm;
};

/// All handles of the process. Safe for threads.
class HandleTable {
  public:
    HANDLE add(std::shared_ptr<HandleObject> object);

    /// Null when there is no such handle, of whatever kind.
    std::shared_ptr<HandleObject> find(HANDLE handle);

    /// Throws SAR_INVALIDHANDLEERR when there is no such handle of that kind.
    template <class T>
    std::shared_ptr<T> get(HANDLE handle) {
        auto object = std::dynamic_pointer_cast<T>(find(handle));
        require(object != nullptr, SAR_INVALIDHANDLEERR);
        return object;
    }

    void remove(HANDLE handle);
    void removeIf(const std::function<bool(HandleObject&)>& condition);

  private:
    std::mutex mutex_;
    std::uintptr_t last_ = 0x5F00'0000;
    std::unordered_map<std::uintptr_t, std::shared_ptr<HandleObject>> objects_;
};

HandleTable& handles();

}  // namespace ukey::softtoken
