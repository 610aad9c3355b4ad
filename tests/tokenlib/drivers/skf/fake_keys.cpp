// The fake library's functions of containers and of keys that make and sign. Cryptography is play-acting, but
// for RSA.
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstring>

#include "fake_library.hpp"
#include "fake_state.hpp"

using namespace fake;

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
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(rsaKey(), nullptr);
    std::size_t size = 256;
    EVP_PKEY_sign_init(context);
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
    EVP_PKEY_sign(context, out, &size, input.data(), input.size());
    EVP_PKEY_CTX_free(context);
    if (setting("rsaIsWrong") != 0) out[100] = static_cast<BYTE>(out[100] ^ 1);
    *outLength = static_cast<ULONG>(setting("claim:SKF_RSASignData", 256));
    return kOk;
}
