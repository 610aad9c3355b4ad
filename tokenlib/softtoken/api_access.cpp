// GM/T 0016 clause 7.2, access control.
#include <utility>

#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/pins.hpp"
#include "tokenlib/softtoken/sm4.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

void requirePinType(ULONG type) { require(type == ADMIN_TYPE || type == USER_TYPE, SAR_USER_TYPE_INVALID); }

bool answersChallenge(const Bytes& key, const Bytes& challenge, ByteView answer) {
    Bytes block = challenge;
    block.resize(kSm4BlockSize);
    return equalInConstantTime(sm4Ecb(Secret::copyOf(key), true, block).view(), answer);
}

}  // namespace

ULONG DEVAPI SKF_ChangeDevAuthKey(DEVHANDLE hDev, BYTE* pbKeyValue, ULONG ulKeyLen) {
    return exported("ChangeDevAuthKey", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        const ByteView key = input(pbKeyValue, ulKeyLen);
        require(key.size() == kSm4KeySize, SAR_INDATALENERR);
        require(access.deviceAuthenticated(), SAR_USER_NOT_LOGGED_IN);
        Change change(access.store());
        change.draft().deviceAuthKey.assign(key.begin(), key.end());
        change.commit();
    });
}

ULONG DEVAPI SKF_DevAuth(DEVHANDLE hDev, BYTE* pbAuthData, ULONG ulLen) {
    return exported("DevAuth", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        const ByteView answer = input(pbAuthData, ulLen);
        require(answer.size() == kSm4BlockSize, SAR_INDATALENERR);
        // A challenge is good for one answer.
        const Bytes challenge = std::exchange(device->challenge, {});
        require(challenge.size() >= 8, SAR_FAIL);
        require(answersChallenge(access.state().deviceAuthKey, challenge, answer), SAR_FAIL);
        access.setDeviceAuthenticated();
    });
}

ULONG DEVAPI SKF_ChangePIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szOldPin, LPSTR szNewPin,
                           ULONG* pulRetryCount) {
    const Outputs outputs{.counts = {pulRetryCount}};
    return exported("ChangePIN", on(hApplication), outputs, [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pulRetryCount);
        requirePinType(ulPINType);
        const Secret oldPin = pinText(szOldPin);
        const Secret newPin = pinText(szNewPin);
        Change change(access.store());
        const Secret masterKey = checkPin(change, application->id, ulPINType, oldPin.view(), *pulRetryCount);
        setPin(applicationIn(change.draft(), application->id), ulPINType, masterKey, newPin.view());
        change.commit();
    });
}

ULONG DEVAPI SKF_GetPINInfo(HAPPLICATION hApplication, ULONG ulPINType, ULONG* pulMaxRetryCount,
                            ULONG* pulRemainRetryCount, BOOL* pbDefaultPin) {
    const Outputs outputs{.counts = {pulMaxRetryCount, pulRemainRetryCount}};
    return exported("GetPINInfo", on(hApplication), outputs, [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pulMaxRetryCount, pulRemainRetryCount, pbDefaultPin);
        requirePinType(ulPINType);
        const Pin& pin = access.application(*application).pin(ulPINType);
        *pulMaxRetryCount = pin.maxTries;
        *pulRemainRetryCount = pin.triesLeft;
        *pbDefaultPin = pin.isDefault ? TRUE : FALSE;
    });
}

ULONG DEVAPI SKF_VerifyPIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szPIN, ULONG* pulRetryCount) {
    const Outputs outputs{.counts = {pulRetryCount}};
    return exported("VerifyPIN", on(hApplication), outputs, [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pulRetryCount);
        requirePinType(ulPINType);
        const Secret pin = pinText(szPIN);
        Change change(access.store());
        access.logIn(application->id, ulPINType,
                     checkPin(change, application->id, ulPINType, pin.view(), *pulRetryCount));
    });
}

ULONG DEVAPI SKF_UnblockPIN(HAPPLICATION hApplication, LPSTR szAdminPIN, LPSTR szNewUserPIN,
                            ULONG* pulRetryCount) {
    const Outputs outputs{.counts = {pulRetryCount}};
    return exported("UnblockPIN", on(hApplication), outputs, [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pulRetryCount);
        const Secret adminPin = pinText(szAdminPIN);
        const Secret userPin = pinText(szNewUserPIN);
        Change change(access.store());
        const Secret masterKey =
            checkPin(change, application->id, ADMIN_TYPE, adminPin.view(), *pulRetryCount);
        setPin(applicationIn(change.draft(), application->id), USER_TYPE, masterKey, userPin.view());
        change.commit();
        access.logOut(application->id, USER_TYPE);
    });
}

ULONG DEVAPI SKF_ClearSecureState(HAPPLICATION hApplication) {
    return exported("ClearSecureState", on(hApplication), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        access.logOutAll(application->id);
    });
}
