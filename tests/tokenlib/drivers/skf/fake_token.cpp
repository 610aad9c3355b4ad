// The fake library's functions of devices, applications and PINs.
#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "fake_library.hpp"
#include "fake_state.hpp"

using namespace fake;

namespace {

std::mutex waitMutex;
std::condition_variable waitCondition;
int waitTickets = 0;

}  // namespace

// ---- device ----

EXPORT ULONG SKF_WaitForDevEvent(char* name, ULONG* length, ULONG* event) {
    std::unique_lock lock(waitMutex);
    waitCondition.wait(lock, [] { return waitTickets > 0; });
    --waitTickets;
    std::memcpy(name, "Fake", 5);
    *length = 5;
    *event = 1;
    return kOk;
}
EXPORT ULONG SKF_CancelWaitForDevEvent() {
    const std::scoped_lock lock(waitMutex);
    ++waitTickets;
    waitCondition.notify_all();
    return kOk;
}
EXPORT ULONG SKF_EnumDev(BOOL present, char* list, ULONG* size) {
    if (const auto code = entered("SKF_EnumDev")) return *code;
    if (present != 1) return kBadParameter;
    std::vector<std::string> names;
    if (setting("unplugged") == 0) names.push_back(state().device);
    if (setting("twin") != 0) names.emplace_back(kTwin);
    for (long long i = 0; i < setting("moreDevices"); ++i) names.push_back("More " + std::to_string(i));
    if (const auto length = setting("longName"); length > 0) {
        names.push_back(std::string(static_cast<std::size_t>(length), 'x'));
    }
    return giveNames("SKF_EnumDev", names, list, size);
}
EXPORT ULONG SKF_ConnectDev(char* name, HANDLE* handle) {
    if (const auto code = entered("SKF_ConnectDev")) return *code;
    const bool isTwin = setting("twin") != 0 && std::string_view(name) == kTwin;
    if (state().device != name && !isTwin) return 0x0A000001;
    *handle = newHandle('d', name);
    return kOk;
}
EXPORT ULONG SKF_DisConnectDev(HANDLE device) { return closeHandle(device, 'd'); }
EXPORT ULONG SKF_GetDevInfo(HANDLE device, DEVINFO* info) {
    if (const auto code = entered("SKF_GetDevInfo")) return *code;
    if (!isHandle(device, 'd')) return kBadHandle;
    // Fields are filled to the brim, without NULs.
    std::memset(info, 0, sizeof *info);
    std::memset(info->Manufacturer, 'M', sizeof info->Manufacturer);
    std::memset(info->Label, 'L', sizeof info->Label);
    std::memcpy(info->SerialNumber, "SN-0042   ", 10);
    info->AlgAsymCap = 0x00030000;
    info->MaxBufferSize = static_cast<ULONG>(setting("maxBuffer", 1024));
    std::memset(info->CspName, 'C', sizeof info->CspName);
    const auto say = [](const char* name, auto& field) {
        const auto found = state().texts.find(name);
        if (found == state().texts.end()) return;
        std::memset(field, 0, sizeof field);
        std::memcpy(field, found->second.data(), std::min(found->second.size(), sizeof field));
    };
    say("label", info->Label);
    say("manufacturer", info->Manufacturer);
    return kOk;
}
EXPORT ULONG SKF_GenRandom(HANDLE device, BYTE* out, ULONG length) {
    if (const auto code = entered("SKF_GenRandom")) return *code;
    if (!isHandle(device, 'd')) return kBadHandle;
    if (setting("silent:SKF_GenRandom") == 0) std::memset(out, 0xA5, static_cast<std::size_t>(length));
    return kOk;
}

// ---- application and PIN ----

EXPORT ULONG SKF_EnumApplication(HANDLE device, char* list, ULONG* size) {
    if (const auto code = entered("SKF_EnumApplication")) return *code;
    if (!isHandle(device, 'd')) return kBadHandle;
    std::vector<std::string> names;
    if (!state().application.empty() && setting("blank") == 0) names = {"BROKEN-APP", state().application};
    if (setting("secondApplication") == 1) names.emplace_back(kSecondApplication);
    if (setting("secondApplication") == 2) names.insert(names.begin(), kSecondApplication);
    if (setting("emptyApplications") != 0) names = {"EMPTY-1", "EMPTY-2", state().application, "EMPTY-3"};
    return giveNames("SKF_EnumApplication", names, list, size);
}
EXPORT ULONG SKF_OpenApplication(HANDLE device, char* name, HANDLE* handle) {
    if (const auto code = entered("SKF_OpenApplication")) return *code;
    if (!isHandle(device, 'd')) return kBadHandle;
    const bool isEmpty = setting("emptyApplications") != 0 && std::string_view(name).starts_with("EMPTY-");
    const bool isSecond = setting("secondApplication") != 0 && std::string_view(name) == kSecondApplication;
    if (state().application != name && !isEmpty && !isSecond) return kNoApplication;
    *handle = newHandle('a', name);
    state().deviceOf[*handle] = state().handles.at(device).second;
    return kOk;
}
EXPORT ULONG SKF_CloseApplication(HANDLE application) {
    if (setting("secondApplication") != 0) state().loggedIn = false;
    return closeHandle(application, 'a');
}
EXPORT ULONG SKF_GetPINInfo(HANDLE application, ULONG type, ULONG* max, ULONG* left, BOOL* isDefault) {
    if (const auto code = entered("SKF_GetPINInfo")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    if (type > 1) return kBadParameter;
    *max = static_cast<ULONG>(setting("maxTries", 6));
    *left = static_cast<ULONG>(type == 1 ? state().userTries : state().adminTries);
    *isDefault = type == 1 && state().userPin == "111111" ? 1 : 0;
    return kOk;
}
namespace {

ULONG checkPin(const std::string& right, long long& tries, const char* given, ULONG* left) {
    const bool lies = setting("wrongRetryCount") != 0;
    if (tries == 0) return setting("lockedIsBadHandle") != 0 ? kBadHandle : kPinLocked;
    if (right != given) {
        --tries;
        *left = lies ? 0 : static_cast<ULONG>(tries);
        return kPinWrong;
    }
    tries = 6;
    return kOk;
}

}  // namespace

EXPORT ULONG SKF_VerifyPIN(HANDLE application, ULONG type, char* pin, ULONG* left) {
    if (const auto code = entered("SKF_VerifyPIN")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    ++state().calls["SKF_VerifyPIN@" + state().deviceOf[application]];
    if (isInSecond(application)) {
        const ULONG second = checkPin(state().secondPin, state().secondTries, pin, left);
        state().loggedIn = state().loggedIn || second == kOk;
        return second;
    }
    if (state().handles.at(application).second != state().application) return kPinWrong;
    if (state().loggedIn && setting("remembersLogin") != 0) return kAlreadyLoggedIn;
    const ULONG code = type == 1 ? checkPin(state().userPin, state().userTries, pin, left)
                                 : checkPin(state().adminPin, state().adminTries, pin, left);
    if (code == kOk && type == 1) state().loggedIn = true;
    return code;
}
EXPORT ULONG SKF_ChangePIN(HANDLE application, ULONG type, char* from, char* to, ULONG* left) {
    if (const auto code = entered("SKF_ChangePIN")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    auto& pin = type == 1 ? state().userPin : state().adminPin;
    const ULONG code = checkPin(pin, type == 1 ? state().userTries : state().adminTries, from, left);
    if (code == kOk) pin = to;
    return code;
}
EXPORT ULONG SKF_UnblockPIN(HANDLE application, char* admin, char* to, ULONG* left) {
    if (const auto code = entered("SKF_UnblockPIN")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    const ULONG code = checkPin(state().adminPin, state().adminTries, admin, left);
    if (code != kOk) return code;
    state().userPin = to;
    state().userTries = 6;
    return kOk;
}
EXPORT ULONG SKF_ClearSecureState(HANDLE application) {
    if (const auto code = entered("SKF_ClearSecureState")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    state().loggedIn = false;
    return kOk;
}
EXPORT ULONG SKF_GenRemoteUnblockRequest(HANDLE application, BYTE* random, ULONG length) {
    if (!isHandle(application, 'a')) return kBadHandle;
    std::memset(random, 0x3C, static_cast<std::size_t>(length));
    return kOk;
}
EXPORT ULONG SKF_RemoteUnblockPIN(HANDLE application, BYTE* response, ULONG length, ULONG* left) {
    if (!isHandle(application, 'a')) return kBadHandle;
    if (length != 4 || response[0] != 'g') {
        *left = static_cast<ULONG>(--state().adminTries);
        return kPinWrong;
    }
    state().userTries = 6;
    return kOk;
}
