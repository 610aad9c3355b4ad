// A GM/T 0016 library as makers really ship them. Built once for each ABI (FAKE_ULONG, FAKE_PACKED,
// FAKE_LEFT, FAKE_OLD_NAMES); how it misbehaves is said at run time through fakeSet. Its structures are
// written out here again, so that a mistake in the driver's cannot hide. Cryptography is play-acting, but for
// RSA.
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fake_library.hpp"

#ifdef _WIN32
#define EXPORT extern "C" __declspec(dllexport)
#else
#define EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace {

using ULONG = FAKE_ULONG;
using BYTE = std::uint8_t;
using BOOL = std::int32_t;
using HANDLE = void*;
using Bytes = std::vector<BYTE>;

#if FAKE_PACKED
#pragma pack(push, 1)
#endif
struct VERSION {
    BYTE major, minor;
};
struct DEVINFO {
    VERSION Version;
    char Manufacturer[64], Issuer[64], Label[32], SerialNumber[32];
    VERSION HWVersion, FirmwareVersion;
    ULONG AlgSymCap, AlgAsymCap, AlgHashCap, DevAuthAlgId, TotalSpace, FreeSpace, MaxECCBufferSize,
        MaxBufferSize;
    BYTE Reserved[64];
    // A maker's own.
    BYTE More[64];
    char CspName[64];
};
struct RSAPUBLICKEYBLOB {
    ULONG AlgID, BitLen;
    BYTE Modulus[256], PublicExponent[4];
};
struct ECCPUBLICKEYBLOB {
    ULONG BitLen;
    BYTE X[64], Y[64];
};
struct ECCCIPHERBLOB {
    BYTE X[64], Y[64], HASH[32];
    ULONG CipherLen;
    BYTE Cipher[1];
};
struct ECCSIGNATUREBLOB {
    BYTE r[64], s[64];
};
struct BLOCKCIPHERPARAM {
    BYTE IV[32];
    ULONG IVLen, PaddingType, FeedBitLen;
};
struct ENVELOPEDKEYBLOB {
    ULONG Version, ulSymmAlgID, ulBits;
    BYTE cbEncryptedPriKey[64];
    ECCPUBLICKEYBLOB PubKey;
    ECCCIPHERBLOB ECCCipherBlob;
};
#if FAKE_PACKED
#pragma pack(pop)
#endif

constexpr ULONG kOk = 0;
constexpr ULONG kBadHandle = 0x0A000005;
constexpr ULONG kBadParameter = 0x0A000006;
constexpr ULONG kBadLength = 0x0A000010;
constexpr ULONG kBadData = 0x0A000011;
constexpr ULONG kNoKey = 0x0A00001B;
constexpr ULONG kNoCertificate = 0x0A00001C;
constexpr ULONG kTooSmall = 0x0A000020;
constexpr ULONG kPinWrong = 0x0A000024;
constexpr ULONG kPinLocked = 0x0A000025;
constexpr ULONG kAlreadyLoggedIn = 0x0A000028;
constexpr ULONG kNotLoggedIn = 0x0A00002D;
constexpr ULONG kNoApplication = 0x0A00002E;
constexpr ULONG kNoFile = 0x0A000031;

/// Another token with the same serial number ("twin").
constexpr const char* kTwin = "Fake Device 2";
/// Another application with a container and a PIN of its own: "secondApplication" 1: behind the other, with a
/// certificate; 2: before it, without one, as makers have it. Closing an application ends its login then.
constexpr const char* kSecondApplication = "SECOND-APP";
constexpr const char* kSecondContainer = "other";

struct Pair {
    bool there = false;
    BYTE seed = 0;  // Coordinates are made of it.
    Bytes x, y;
    Bytes certificate;
};

struct Container {
    bool isRsa = false;
    Pair pairs[2];  // 1: signing, 0: encryption, as bSignFlag.
};

struct Session {
    BLOCKCIPHERPARAM start{};
    ULONG algorithm = 0;
    Bytes previous;
    Bytes held;
};

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct Library {
    std::map<std::string, long long> settings;
    std::map<std::string, std::string> texts;
    std::map<std::string, long long> calls;
    std::string device = "Fake Device 1";
    std::string application = "FAKE-APP";
    std::map<std::string, Container> containers;
    std::string userPin = "111111", adminPin = "admin";
    std::string secondPin = "222222";
    long long userTries = 6, adminTries = 6, secondTries = 6;
    bool loggedIn = false;
    std::map<HANDLE, std::pair<char, std::string>> handles;  // Kind: d, a, c, s.
    std::map<HANDLE, std::string> deviceOf;                  // Of an application.
    std::map<HANDLE, Session> sessions;
    std::uintptr_t lastHandle = 0x1000;
    BLOCKCIPHERPARAM lastParameters{};
    Bytes lastSigned;
    Bytes lastImport;
};

Library* lib = nullptr;
std::unique_ptr<EVP_PKEY, KeyDeleter> rsaKey;
std::mutex waitMutex;
std::condition_variable waitCondition;
int waitTickets = 0;

Library& state() {
    if (lib == nullptr) fakeReset();
    return *lib;
}

long long setting(const std::string& name, long long otherwise = 0) {
    const auto found = state().settings.find(name);
    return found == state().settings.end() ? otherwise : found->second;
}

/// The code to answer at once, when the function was told to fail.
std::optional<ULONG> entered(const char* function) {
    ++state().calls[function];
    ++state().calls["all"];
    const auto code = state().settings.find(std::string("code:") + function);
    if (code == state().settings.end()) return std::nullopt;
    const auto answer = static_cast<ULONG>(code->second);
    if (setting(std::string("once:") + function) != 0) state().settings.erase(code);
    return answer;
}

HANDLE newHandle(char kind, const std::string& name) {
    auto* handle = reinterpret_cast<HANDLE>(state().lastHandle += 16);
    state().handles[handle] = {kind, name};
    return handle;
}

bool isHandle(HANDLE handle, char kind) {
    const auto found = state().handles.find(handle);
    if (found == state().handles.end()) return false;
    if (found->second.first != kind) ++state().calls["misuse"];
    return found->second.first == kind;
}

Container* containerOf(HANDLE handle) {
    if (!isHandle(handle, 'c')) return nullptr;
    const auto found = state().containers.find(state().handles[handle].second);
    return found == state().containers.end() ? nullptr : &found->second;
}

bool isInSecond(HANDLE application) { return state().handles.at(application).second == kSecondApplication; }

ULONG closeHandle(HANDLE handle, char kind) {
    return isHandle(handle, kind) && state().handles.erase(handle) ? kOk : kBadHandle;
}

/// An output of variable length, in the library's own understanding of two calls.
ULONG give(const char* function, const Bytes& data, void* out, ULONG* length) {
    const auto claim = setting(std::string("claim:") + function, -1);
    const ULONG size = claim >= 0 ? static_cast<ULONG>(claim) : static_cast<ULONG>(data.size());
    const long long convention = setting("convention");
    if (out == nullptr) {
        if (convention == kNullNotKnown) return kBadParameter;
        *length = size;
        return convention == kNullIsTooSmall && size > 0 ? kTooSmall : kOk;
    }
    const ULONG capacity = *length;
    *length = size;
    if (capacity < data.size()) return convention == kShortIsOk ? kOk : kTooSmall;
    if (setting(std::string("silent:") + function) != 0) return kOk;
    std::memcpy(out, data.data(), data.size());
    return kOk;
}

ULONG giveNames(const char* function, const std::vector<std::string>& names, char* out, ULONG* length) {
    Bytes list;
    for (const auto& name : names) {
        list.insert(list.end(), name.begin(), name.end());
        list.push_back(0);
    }
    switch (setting("listEnd")) {
        case kNoTerminator:
            if (!list.empty()) list.pop_back();
            break;
        case kEmptyIsLengthZero:
            if (list.empty()) break;
            [[fallthrough]];
        default:
            list.push_back(0);
    }
    return give(function, list, out, length);
}

void place(const Bytes& number, BYTE* field) {
    std::memset(field, 0, 64);
    std::copy(number.begin(), number.end(), field + (FAKE_LEFT ? 0 : 64 - number.size()));
}

bool isPlaced(const BYTE* field, BYTE first) { return field[FAKE_LEFT ? 0 : 32] == first; }

Pair newPair(BYTE seed) {
    Pair pair;
    pair.there = true;
    pair.seed = seed;
    pair.x.assign(32, seed);
    pair.y.assign(32, static_cast<BYTE>(seed + 1));
    return pair;
}

Bytes eccBlob(const Pair& pair) {
    ECCPUBLICKEYBLOB blob{};
    blob.BitLen = static_cast<ULONG>(setting("bits", 256));
    place(pair.x, blob.X);
    place(pair.y, blob.Y);
    if (setting("dirtyNumbers") != 0) std::memset(blob.X, 0x77, sizeof blob.X);
    const auto* octets = reinterpret_cast<const BYTE*>(&blob);
    return {octets, octets + sizeof blob};
}

Bytes rsaBlob() {
    RSAPUBLICKEYBLOB blob{};
    blob.AlgID = 0x00010000;
    blob.BitLen = 2048;
    BIGNUM* n = nullptr;
    EVP_PKEY_get_bn_param(rsaKey.get(), "n", &n);
    BN_bn2binpad(n, blob.Modulus, 256);
    BN_free(n);
    const BYTE exponent[4] = {0, 1, 0, 1};
    const BYTE leftExponent[4] = {1, 0, 1, 0};
    std::memcpy(blob.PublicExponent, FAKE_LEFT ? leftExponent : exponent, 4);
    const auto* octets = reinterpret_cast<const BYTE*>(&blob);
    return {octets, octets + sizeof blob};
}

}  // namespace

EXPORT void fakeReset() {
    static std::unique_ptr<Library> owner;
    owner = std::make_unique<Library>();
    lib = owner.get();
    Container sm2;
    sm2.pairs[1] = newPair(0x11);
    sm2.pairs[0] = newPair(0x21);
    sm2.pairs[1].certificate = {0x30, 0x03, 0x02, 0x01, 0x05};
    // Some libraries give the file that the certificate stands in.
    sm2.pairs[0].certificate = {0x30, 0x03, 0x02, 0x01, 0x06, 0x00, 0x00};
    lib->containers["sm2"] = sm2;
    Container rsa;
    rsa.isRsa = true;
    rsa.pairs[1].there = true;
    lib->containers["rsa"] = rsa;
    Container other;
    other.pairs[1] = newPair(0x41);
    lib->containers[kSecondContainer] = other;
    lib->containers["empty"] = {};
    if (!rsaKey) rsaKey.reset(EVP_RSA_gen(2048));
}
EXPORT void fakeCertificate(const char* container, int sign, const unsigned char* octets, unsigned length) {
    state().containers[container].pairs[sign].certificate.assign(octets, octets + length);
}
EXPORT void fakeSet(const char* name, long long value) { state().settings[name] = value; }
EXPORT void fakeText(const char* name, const char* value) { state().texts[name] = value; }
EXPORT long long fakeCalls(const char* name) { return state().calls[name]; }
EXPORT long long fakeOpenHandles() { return static_cast<long long>(state().handles.size()); }
EXPORT void fakeReplug() {
    state().handles.clear();
    state().loggedIn = false;
}
EXPORT long long fakeIvLength() { return static_cast<long long>(state().lastParameters.IVLen); }
EXPORT long long fakeFeedBits() { return static_cast<long long>(state().lastParameters.FeedBitLen); }
EXPORT const unsigned char* fakeLastImport() { return state().lastImport.data(); }
EXPORT void fakeRsaModulus(unsigned char* out) {
    const Bytes blob = rsaBlob();
    std::memcpy(out, blob.data() + offsetof(RSAPUBLICKEYBLOB, Modulus), 256);
}

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

// ---- containers ----

EXPORT ULONG SKF_EnumContainer(HANDLE application, char* list, ULONG* size) {
    if (const auto code = entered("SKF_EnumContainer")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    std::vector<std::string> names;
    if (isInSecond(application)) return giveNames("SKF_EnumContainer", {kSecondContainer}, list, size);
    if (state().handles.at(application).second != state().application) {
        return giveNames("SKF_EnumContainer", names, list, size);
    }
    for (const auto& [name, container] : state().containers) {
        if (name != kSecondContainer) names.push_back(name);
    }
    if (const auto found = state().texts.find("oddContainer"); found != state().texts.end()) {
        state().containers.try_emplace(found->second, state().containers["sm2"]);
        names.push_back(found->second);
    }
    return giveNames("SKF_EnumContainer", names, list, size);
}
EXPORT ULONG SKF_OpenContainer(HANDLE application, char* name, HANDLE* handle) {
    if (const auto code = entered("SKF_OpenContainer")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    if (!state().containers.contains(name)) return kNoFile;
    if (isInSecond(application) != (std::string_view(name) == kSecondContainer)) return kNoFile;
    if (setting("nullHandles") != 0) return kOk;
    *handle = newHandle('c', name);
    return kOk;
}
EXPORT ULONG SKF_CreateContainer(HANDLE application, char* name, HANDLE* handle) {
    if (const auto code = entered("SKF_CreateContainer")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    state().containers[name] = {};
    *handle = newHandle('c', name);
    return kOk;
}
EXPORT ULONG SKF_DeleteContainer(HANDLE application, char* name) {
    if (const auto code = entered("SKF_DeleteContainer")) return *code;
    if (!isHandle(application, 'a')) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    return state().containers.erase(name) == 1 ? kOk : kNoFile;
}
EXPORT ULONG SKF_CloseContainer(HANDLE container) { return closeHandle(container, 'c'); }

#if FAKE_OLD_NAMES
#define CONTAINER_TYPE SKF_GetContianerType
#else
#define CONTAINER_TYPE SKF_GetContainerType
#endif
EXPORT ULONG CONTAINER_TYPE(HANDLE handle, ULONG* type) {
    ++state().calls["type"];
    const Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    *type = container->isRsa ? 1 : 2;
    return kOk;
}
EXPORT ULONG SKF_ImportCertificate(HANDLE handle, BOOL sign, BYTE* certificate, ULONG length) {
    if (const auto code = entered("SKF_ImportCertificate")) return *code;
    Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    if (setting("silent:SKF_ImportCertificate") != 0) return kOk;
    container->pairs[sign].certificate.assign(certificate, certificate + length);
    return kOk;
}
EXPORT ULONG SKF_ExportCertificate(HANDLE handle, BOOL sign, BYTE* out, ULONG* length) {
    if (const auto code = entered("SKF_ExportCertificate")) return *code;
    const Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    const Bytes& certificate = container->pairs[sign].certificate;
    if (certificate.empty()) return kNoCertificate;
    return give("SKF_ExportCertificate", certificate, out, length);
}
EXPORT ULONG SKF_ExportPublicKey(HANDLE handle, BOOL sign, BYTE* out, ULONG* length) {
    if (const auto code = entered("SKF_ExportPublicKey")) return *code;
    const Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    const Pair& pair = container->pairs[sign];
    if (!pair.there) return kNoKey;
    return give("SKF_ExportPublicKey", container->isRsa ? rsaBlob() : eccBlob(pair), out, length);
}

// ---- keys ----

EXPORT ULONG SKF_GenECCKeyPair(HANDLE handle, ULONG algorithm, ECCPUBLICKEYBLOB* out) {
    if (const auto code = entered("SKF_GenECCKeyPair")) return *code;
    Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    if (algorithm != 0x00020100) return kBadParameter;
    container->pairs[1] = newPair(0x31);
    const Bytes blob = eccBlob(container->pairs[1]);
    if (setting("silent:SKF_GenECCKeyPair") == 0) std::memcpy(out, blob.data(), blob.size());
    return kOk;
}
EXPORT ULONG SKF_GenRSAKeyPair(HANDLE handle, ULONG bits, RSAPUBLICKEYBLOB* out) {
    if (const auto code = entered("SKF_GenRSAKeyPair")) return *code;
    Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    if (bits != 2048) return kBadParameter;
    container->isRsa = true;
    container->pairs[1].there = true;
    const Bytes blob = rsaBlob();
    std::memcpy(out, blob.data(), blob.size());
    return kOk;
}
EXPORT ULONG SKF_ImportECCKeyPair(HANDLE handle, ENVELOPEDKEYBLOB* blob) {
    if (const auto code = entered("SKF_ImportECCKeyPair")) return *code;
    Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    const ECCCIPHERBLOB& wrapped = blob->ECCCipherBlob;
    if (blob->Version != 1 || blob->ulSymmAlgID != 0x401 || blob->ulBits != 256 || blob->PubKey.BitLen != 256)
        return kBadData;
    // d where this library wants it, the coordinates too, the wrapped key whole.
    if (!isPlaced(blob->cbEncryptedPriKey, 0xD1) || !isPlaced(wrapped.X, 0xC1) || wrapped.HASH[0] != 0xC3 ||
        wrapped.CipherLen != 16 || (&wrapped.Cipher[0])[15] != 0xC2) {
        return kBadData;
    }
    state().lastImport.assign(blob->cbEncryptedPriKey, blob->cbEncryptedPriKey + 64);
    Pair& pair = container->pairs[0];
    pair.there = true;
    const BYTE* x = blob->PubKey.X + (FAKE_LEFT ? 0 : 32);
    const BYTE* y = blob->PubKey.Y + (FAKE_LEFT ? 0 : 32);
    pair.x.assign(x, x + 32);
    pair.y.assign(y, y + 32);
    if (setting("importsAnotherKey") != 0) pair.x[0] = static_cast<BYTE>(pair.x[0] ^ 1);
    return kOk;
}
EXPORT ULONG SKF_ImportRSAKeyPair(HANDLE handle, ULONG algorithm, BYTE* wrapped, ULONG wrappedLength,
                                  BYTE* data, ULONG length) {
    Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    if (algorithm != 0x401 || wrappedLength != 256 || wrapped[255] != 7 || length != 640 || data[639] != 9)
        return kBadData;
    container->pairs[0].there = true;
    return kOk;
}
EXPORT ULONG SKF_ECCSignData(HANDLE handle, BYTE* data, ULONG length, ECCSIGNATUREBLOB* out) {
    if (const auto code = entered("SKF_ECCSignData")) return *code;
    const Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    if (length != 32) return kBadLength;
    if (setting("silent:SKF_ECCSignData") != 0) return kOk;
    const Bytes r(data, data + 32);
    place(r, out->r);
    place(container->pairs[1].x, out->s);
    return kOk;
}
EXPORT ULONG SKF_RSASignData(HANDLE handle, BYTE* data, ULONG length, BYTE* out, ULONG* outLength) {
    if (const auto code = entered("SKF_RSASignData")) return *code;
    if (containerOf(handle) == nullptr) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    if (*outLength < 256) return kTooSmall;
    // The prefix for SHA-256, by makers who know better.
    static const BYTE kPrefix[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                   0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    Bytes input;
    if (setting("rsaAddsPrefix") != 0) input.assign(std::begin(kPrefix), std::end(kPrefix));
    input.insert(input.end(), data, data + length);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(rsaKey.get(), nullptr);
    std::size_t size = 256;
    EVP_PKEY_sign_init(context);
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
    EVP_PKEY_sign(context, out, &size, input.data(), input.size());
    EVP_PKEY_CTX_free(context);
    if (setting("rsaIsWrong") != 0) out[100] = static_cast<BYTE>(out[100] ^ 1);
    *outLength = static_cast<ULONG>(setting("claim:SKF_RSASignData", 256));
    return kOk;
}

// ---- decryption ----

EXPORT ULONG SKF_ImportSessionKey(HANDLE handle, ULONG algorithm, BYTE* wrapped, ULONG length, HANDLE* key) {
    if (const auto code = entered("SKF_ImportSessionKey")) return *code;
    Container* container = containerOf(handle);
    if (container == nullptr) return kBadHandle;
    if (!state().loggedIn) return kNotLoggedIn;
    if (!container->isRsa) {
        const auto* blob = reinterpret_cast<const ECCCIPHERBLOB*>(wrapped);
        const auto wanted =
            static_cast<long long>(sizeof(ECCCIPHERBLOB)) - 1 + 16 + setting("wrappedSizeMore");
        if (static_cast<long long>(length) != wanted) return kBadLength;
        if (!isPlaced(blob->X, 0xC1) || blob->CipherLen != 16) return kBadData;
    }
    *key = newHandle('s', "");
    state().sessions[*key] = Session{};
    state().sessions[*key].algorithm = algorithm;
    return kOk;
}
EXPORT ULONG SKF_DecryptInit(HANDLE key, BLOCKCIPHERPARAM parameters) {
    if (const auto code = entered("SKF_DecryptInit")) return *code;
    if (!isHandle(key, 's')) return kBadHandle;
    if (parameters.PaddingType != 0) return kBadParameter;
    state().lastParameters = parameters;
    Session& session = state().sessions[key];
    session.previous.assign(parameters.IV, parameters.IV + 16);
    session.held.clear();
    return kOk;
}
EXPORT ULONG SKF_DecryptUpdate(HANDLE key, BYTE* data, ULONG length, BYTE* out, ULONG* outLength) {
    if (const auto code = entered("SKF_DecryptUpdate")) return *code;
    if (!isHandle(key, 's')) return kBadHandle;
    if (length > static_cast<ULONG>(setting("maxBuffer", 1024))) return kBadLength;
    // Every block of the cipher is XORed with 0x5A; the modes are the real ones.
    Session& session = state().sessions[key];
    Bytes plain = session.held;
    for (ULONG at = 0; at < length; at += 16) {
        Bytes next(data + at, data + at + 16);
        for (int i = 0; i < 16; ++i) {
            const BYTE cipher = next[static_cast<std::size_t>(i)];
            const BYTE before = session.previous[static_cast<std::size_t>(i)];
            BYTE result = static_cast<BYTE>(cipher ^ 0x5A);
            if (session.algorithm == 0x402) result = static_cast<BYTE>(cipher ^ 0x5A ^ before);
            if (session.algorithm == 0x404 || session.algorithm == 0x408)
                result = static_cast<BYTE>(cipher ^ before ^ 0x5A);
            if (session.algorithm == 0x408)
                next[static_cast<std::size_t>(i)] = static_cast<BYTE>(before ^ 0x5A);
            plain.push_back(result);
        }
        session.previous = next;
    }
    session.held.clear();
    if (setting("holdsBack") != 0 && plain.size() >= 16) {
        session.held.assign(plain.end() - 16, plain.end());
        plain.resize(plain.size() - 16);
    }
    if (*outLength < plain.size()) return kTooSmall;
    std::copy(plain.begin(), plain.end(), out);
    *outLength = static_cast<ULONG>(setting("claim:SKF_DecryptUpdate", static_cast<long long>(plain.size())));
    return kOk;
}
EXPORT ULONG SKF_DecryptFinal(HANDLE key, BYTE* out, ULONG* length) {
    if (!isHandle(key, 's')) return kBadHandle;
    const Bytes held = std::exchange(state().sessions[key].held, {});
    std::copy(held.begin(), held.end(), out);
    *length = static_cast<ULONG>(held.size());
    return kOk;
}
EXPORT ULONG SKF_CloseHandle(HANDLE handle) {
    state().sessions.erase(handle);
    return closeHandle(handle, 's');
}
EXPORT ULONG SKF_ECCPrvKeyDecrypt(HANDLE handle, ECCCIPHERBLOB* cipher, BYTE* out, ULONG* length) {
    if (const auto code = entered("SKF_ECCPrvKeyDecrypt")) return *code;
    if (containerOf(handle) == nullptr) return kBadHandle;
    if (!isPlaced(cipher->X, 0xC1)) return kBadData;
    return give("SKF_ECCPrvKeyDecrypt", Bytes(static_cast<std::size_t>(cipher->CipherLen), 0x42), out,
                length);
}
EXPORT ULONG SKF_PrvKeyDecrypt(HANDLE handle, ULONG spec, ECCCIPHERBLOB* cipher, BYTE* out, ULONG* length) {
    if (containerOf(handle) == nullptr) return kBadHandle;
    if (spec != 1 || !isPlaced(cipher->X, 0xC1)) return kBadData;
    return give("SKF_PrvKeyDecrypt", Bytes(static_cast<std::size_t>(cipher->CipherLen), 0x43), out, length);
}
EXPORT ULONG SKF_RSAPrvKeyDecrypt(HANDLE handle, BYTE* cipher, ULONG length, BYTE* out, ULONG* outLength) {
    if (containerOf(handle) == nullptr) return kBadHandle;
    if (length != 256) return kBadLength;
    return give("SKF_RSAPrvKeyDecrypt", Bytes(16, cipher[0]), out, outLength);
}
