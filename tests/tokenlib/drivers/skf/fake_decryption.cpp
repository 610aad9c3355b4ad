// The fake library's functions of session keys and of keys that open.
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstring>

#include "fake_library.hpp"
#include "fake_state.hpp"

using namespace fake;

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
