#include "fake_state.hpp"

#include <openssl/bn.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "fake_library.hpp"

namespace fake {
namespace {

std::unique_ptr<Library> lib;
std::unique_ptr<EVP_PKEY, KeyDeleter> madeRsaKey;

void reset() {
    lib = std::make_unique<Library>();
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
    if (!madeRsaKey) madeRsaKey.reset(EVP_RSA_gen(2048));
}

}  // namespace

EVP_PKEY* rsaKey() { return madeRsaKey.get(); }

Library& state() {
    if (!lib) reset();
    return *lib;
}

long long setting(const std::string& name, long long otherwise) {
    const auto found = state().settings.find(name);
    return found == state().settings.end() ? otherwise : found->second;
}

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
    EVP_PKEY_get_bn_param(rsaKey(), "n", &n);
    BN_bn2binpad(n, blob.Modulus, 256);
    BN_free(n);
    const BYTE exponent[4] = {0, 1, 0, 1};
    const BYTE leftExponent[4] = {1, 0, 1, 0};
    std::memcpy(blob.PublicExponent, FAKE_LEFT ? leftExponent : exponent, 4);
    const auto* octets = reinterpret_cast<const BYTE*>(&blob);
    return {octets, octets + sizeof blob};
}

}  // namespace fake

using namespace fake;

EXPORT void fakeReset() { reset(); }
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
