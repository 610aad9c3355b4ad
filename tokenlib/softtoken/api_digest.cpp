// GM/T 0016 clause 7.6, digests and message authentication codes.
#include <algorithm>
#include <utility>

#include "tokenlib/softtoken/blobs.hpp"
#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/limits.hpp"
#include "tokenlib/softtoken/session.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

HashKind kindOf(ULONG algorithm) {
    switch (algorithm) {
        case SGD_SM3:
            return HashKind::sm3;
        case SGD_SHA1:
            return HashKind::sha1;
        case SGD_SHA256:
            return HashKind::sha256;
        default:
            throw SarError(SAR_NOTSUPPORTYETERR);
    }
}

Hasher& running(HashHandle& handle) {
    require(handle.hasher.has_value(), SAR_HASHOBJERR);
    return *handle.hasher;
}

Sm4Mac& running(MacHandle& handle) {
    require(handle.mac != nullptr, SAR_NOTINITIALIZEERR);
    return *handle.mac;
}

ByteView bounded(const BYTE* data, ULONG size) {
    require(size <= kMaxBuffer, SAR_INDATALENERR);
    return input(data, size);
}

}  // namespace

ULONG DEVAPI SKF_DigestInit(DEVHANDLE hDev, ULONG ulAlgID, ECCPUBLICKEYBLOB* pPubKey, BYTE* pucID,
                            ULONG ulIDLen, HANDLE* phHash) {
    return exported("DigestInit", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(phHash);
        auto handle = std::make_shared<HashHandle>(device, kindOf(ulAlgID));
        // SM3 with a signer's name: the hash begins with Z.
        if (ulAlgID == SGD_SM3 && ulIDLen > 0)
            running(*handle).update(sm2Z(sm2PublicFrom(pPubKey), input(pucID, ulIDLen)));
        *phHash = handles().add(std::move(handle));
    });
}

ULONG DEVAPI SKF_Digest(HANDLE hHash, BYTE* pbData, ULONG ulDataLen, BYTE* pbHashData, ULONG* pulHashLen) {
    return exported("Digest", on(hHash), sized(pbHashData, pulHashLen), [&] {
        const auto handle = handles().get<HashHandle>(hHash);
        const Access access(*handle->device);
        requirePointers(pulHashLen);
        const ByteView data = bounded(pbData, ulDataLen);
        Hasher& hasher = running(*handle);
        if (!offer(sizeOf(hasher.kind()), pbHashData, pulHashLen)) return;
        hasher.update(data);
        std::ranges::copy(hasher.finish(), pbHashData);
        handle->hasher.reset();
    });
}

ULONG DEVAPI SKF_DigestUpdate(HANDLE hHash, BYTE* pbData, ULONG ulDataLen) {
    return exported("DigestUpdate", on(hHash), [&] {
        const auto handle = handles().get<HashHandle>(hHash);
        const Access access(*handle->device);
        running(*handle).update(bounded(pbData, ulDataLen));
    });
}

ULONG DEVAPI SKF_DigestFinal(HANDLE hHash, BYTE* pHashData, ULONG* pulHashLen) {
    return exported("DigestFinal", on(hHash), sized(pHashData, pulHashLen), [&] {
        const auto handle = handles().get<HashHandle>(hHash);
        const Access access(*handle->device);
        requirePointers(pulHashLen);
        Hasher& hasher = running(*handle);
        if (!offer(sizeOf(hasher.kind()), pHashData, pulHashLen)) return;
        std::ranges::copy(hasher.finish(), pHashData);
        handle->hasher.reset();
    });
}

ULONG DEVAPI SKF_MacInit(HANDLE hKey, BLOCKCIPHERPARAM* pMacParam, HANDLE* phMac) {
    return exported("MacInit", on(hKey), [&] {
        const auto key = handles().get<KeyHandle>(hKey);
        const Access access(*key->device);
        requirePointers(pMacParam);
        requirePointers(phMac);
        require(key->algorithm == SGD_SM4_MAC || key->algorithm == SGD_SM4_CBC, SAR_KEYUSAGEERR);
        require(pMacParam->IVLen == kSm4BlockSize && pMacParam->PaddingType <= SKF_PADDING_PKCS5,
                SAR_INVALIDPARAMERR);
        Sm4Block iv{};
        std::copy_n(pMacParam->IV, kSm4BlockSize, iv.begin());
        *phMac = handles().add(std::make_shared<MacHandle>(key->device, key->key, iv,
                                                           pMacParam->PaddingType == SKF_PADDING_PKCS5));
    });
}

ULONG DEVAPI SKF_Mac(HANDLE hMac, BYTE* pbData, ULONG ulDataLen, BYTE* pbMacData, ULONG* pulMacLen) {
    return exported("Mac", on(hMac), sized(pbMacData, pulMacLen), [&] {
        const auto handle = handles().get<MacHandle>(hMac);
        const Access access(*handle->device);
        requirePointers(pulMacLen);
        const ByteView data = bounded(pbData, ulDataLen);
        Sm4Mac& mac = running(*handle);
        if (!offer(kSm4BlockSize, pbMacData, pulMacLen)) return;
        mac.update(data);
        const auto ended = std::exchange(handle->mac, nullptr);
        std::ranges::copy(ended->finish(), pbMacData);
    });
}

ULONG DEVAPI SKF_MacUpdate(HANDLE hMac, BYTE* pbData, ULONG ulDataLen) {
    return exported("MacUpdate", on(hMac), [&] {
        const auto handle = handles().get<MacHandle>(hMac);
        const Access access(*handle->device);
        running(*handle).update(bounded(pbData, ulDataLen));
    });
}

ULONG DEVAPI SKF_MacFinal(HANDLE hMac, BYTE* pbMacData, ULONG* pulMacDataLen) {
    return exported("MacFinal", on(hMac), sized(pbMacData, pulMacDataLen), [&] {
        const auto handle = handles().get<MacHandle>(hMac);
        const Access access(*handle->device);
        requirePointers(pulMacDataLen);
        (void)running(*handle);
        if (!offer(kSm4BlockSize, pbMacData, pulMacDataLen)) return;
        const auto ended = std::exchange(handle->mac, nullptr);
        std::ranges::copy(ended->finish(), pbMacData);
    });
}
