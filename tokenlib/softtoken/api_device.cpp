// GM/T 0016 clause 7.1, device management, and random numbers.
#include <algorithm>
#include <chrono>

#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/events.hpp"
#include "tokenlib/softtoken/limits.hpp"
#include "tokenlib/softtoken/pins.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

constexpr std::size_t kMaxLabel = 31;

// A device's name; SAR_INVALIDPARAMERR for one that no device has.
std::string deviceName(LPSTR name) {
    std::string serial = text(name, 1, 31, SAR_INVALIDPARAMERR);
    require(isSerial(serial), SAR_INVALIDPARAMERR);
    return serial;
}

ULONG freeRoom(const State& state) {
    const std::uint64_t used = usedRoom(state);
    return used < state.room.octets ? state.room.octets - static_cast<ULONG>(used) : 0;
}

DEVINFO describe(const State& state) {
    DEVINFO info{};
    info.Version = {1, 0};
    putText("Ukey Bridge", info.Manufacturer, sizeof info.Manufacturer);
    putText(state.model, info.Issuer, sizeof info.Issuer);
    putText(state.label, info.Label, sizeof info.Label);
    putText(state.serial, info.SerialNumber, sizeof info.SerialNumber);
    info.HWVersion = {1, 0};
    info.FirmwareVersion = {1, 0};
    info.AlgSymCap = SGD_SM4_ECB | SGD_SM4_CBC | SGD_SM4_CFB | SGD_SM4_OFB | SGD_SM4_MAC;
    info.AlgAsymCap = SGD_RSA | SGD_SM2_1 | SGD_SM2_2 | SGD_SM2_3;
    info.AlgHashCap = SGD_SM3 | SGD_SHA1 | SGD_SHA256;
    info.DevAuthAlgId = SGD_SM4_ECB;
    info.TotalSpace = state.room.octets;
    info.FreeSpace = freeRoom(state);
    info.MaxECCBufferSize = kMaxEccBuffer;
    info.MaxBufferSize = kMaxBuffer;
    return info;
}

}  // namespace

ULONG DEVAPI SKF_WaitForDevEvent(LPSTR szDevName, ULONG* pulDevNameLen, ULONG* pulEvent) {
    CallTarget target{.all = true, .waits = true};
    return exported("WaitForDevEvent", target, sized(szDevName, pulDevNameLen), [&] {
        requirePointers(pulDevNameLen, pulEvent);
        if (szDevName == nullptr) {
            *pulDevNameLen = kMaxDeviceName;
            return;
        }
        const bool happened = deviceEvents().next([&](const DeviceEvent& event) {
            const std::string withEnd = event.serial + '\0';
            give(asBytes(withEnd), reinterpret_cast<BYTE*>(szDevName), pulDevNameLen);
            *pulEvent = event.event;
        });
        require(happened, SAR_NOT_EVENTERR);
    });
}

ULONG DEVAPI SKF_CancelWaitForDevEvent(void) {
    return exported("CancelWaitForDevEvent", CallTarget{.waits = true}, [] { deviceEvents().cancel(); });
}

ULONG DEVAPI SKF_EnumDev(BOOL bPresent, LPSTR szNameList, ULONG* pulSize) {
    return exported("EnumDev", CallTarget{.all = true}, sized(szNameList, pulSize), [&] {
        requirePointers(pulSize);
        deviceEvents().start();
        giveNames(bPresent != FALSE ? pluggedSerials() : allSerials(), szNameList, pulSize);
    });
}

ULONG DEVAPI SKF_ConnectDev(LPSTR szName, DEVHANDLE* phDev) {
    return exported("ConnectDev", CallTarget{.device = szName}, [&] {
        requirePointers(phDev);
        const auto token = tokenOf(deviceName(szName));
        Access access(*token);
        personalise(access.store());
        *phDev = handles().add(std::make_shared<DeviceHandle>(token, access.plug()));
    });
}

ULONG DEVAPI SKF_DisConnectDev(DEVHANDLE hDev) {
    return exported("DisConnectDev", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        device->token->disconnect(*device);
        handles().removeIf([&](HandleObject& object) { return &object.owner() == device.get(); });
    });
}

ULONG DEVAPI SKF_GetDevState(LPSTR szDevName, ULONG* pulDevState) {
    return exported("GetDevState", CallTarget{.device = szDevName}, [&] {
        requirePointers(pulDevState);
        const TokenPaths paths = pathsOf(deviceName(szDevName));
        const bool present =
            platform::identityOf(paths.plugged).exists && platform::identityOf(paths.state).exists;
        *pulDevState = present ? DEV_PRESENT_STATE : DEV_ABSENT_STATE;
    });
}

ULONG DEVAPI SKF_SetLabel(DEVHANDLE hDev, LPSTR szLabel) {
    return exported("SetLabel", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        std::string label = text(szLabel, 0, kMaxLabel, SAR_NAMELENERR);
        Change change(access.store());
        change.draft().label = std::move(label);
        change.commit();
    });
}

ULONG DEVAPI SKF_GetDevInfo(DEVHANDLE hDev, DEVINFO* pDevInfo) {
    return exported("GetDevInfo", on(hDev), fixed(pDevInfo), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        requirePointers(pDevInfo);
        *pDevInfo = describe(access.state());
    });
}

ULONG DEVAPI SKF_LockDev(DEVHANDLE hDev, ULONG ulTimeOut) {
    return exported("LockDev", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        // A year stands for ever: what waits longer has other troubles.
        const auto timeout = std::min<std::chrono::milliseconds>(
            ulTimeOut == 0xFFFFFFFFU ? std::chrono::hours(24 * 365) : std::chrono::milliseconds(ulTimeOut),
            std::chrono::hours(24 * 365));
        Access access(*device, timeout);
        require(access.lockDevice(*device, ulTimeOut), SAR_TIMEOUTERR);
    });
}

ULONG DEVAPI SKF_UnlockDev(DEVHANDLE hDev) {
    return exported("UnlockDev", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        require(access.unlockDevice(*device), SAR_FAIL);
    });
}

ULONG DEVAPI SKF_Transmit(DEVHANDLE hDev, BYTE* pbCommand, ULONG ulCommandLen, BYTE* pbData,
                          ULONG* pulDataLen) {
    return exported("Transmit", on(hDev), sized(pbData, pulDataLen), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        (void)input(pbCommand, ulCommandLen);
        // There is no card behind it that would understand a command.
        throw SarError(SAR_NOTSUPPORTYETERR);
    });
}

ULONG DEVAPI SKF_GenRandom(DEVHANDLE hDev, BYTE* pbRandom, ULONG ulRandomLen) {
    const Outputs outputs{.data = pbRandom, .fixedSize = ulRandomLen};
    return exported("GenRandom", on(hDev), outputs, [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pbRandom);
        require(ulRandomLen > 0 && ulRandomLen <= kMaxBuffer, SAR_INDATALENERR);
        fillRandom({pbRandom, ulRandomLen});
        device->challenge.clear();
        if (ulRandomLen <= kSm4BlockSize) device->challenge.assign(pbRandom, pbRandom + ulRandomLen);
    });
}
