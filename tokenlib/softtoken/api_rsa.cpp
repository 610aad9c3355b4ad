// GM/T 0016 clause 7.6, RSA.
#include <algorithm>

#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/containers.hpp"
#include "tokenlib/softtoken/rsa.hpp"
#include "tokenlib/softtoken/session.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

constexpr ULONG kBits = 2048;

}  // namespace

ULONG DEVAPI SKF_GenExtRSAKey(DEVHANDLE hDev, ULONG ulBitsLen, RSAPRIVATEKEYBLOB* pBlob) {
    return exported("GenExtRSAKey", on(hDev), fixed(pBlob), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pBlob);
        require(ulBitsLen == kBits, SAR_RSAMODULUSLENERR);
        *pBlob = RsaPrivate::generate().privateBlob();
    });
}

ULONG DEVAPI SKF_GenRSAKeyPair(HCONTAINER hContainer, ULONG ulBitsLen, RSAPUBLICKEYBLOB* pBlob) {
    return exported("GenRSAKeyPair", on(hContainer), fixed(pBlob), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pBlob);
        require(ulBitsLen == kBits, SAR_RSAMODULUSLENERR);
        access.requireUser(handle->application->id);
        (void)access.container(*handle);
        RsaPrivate key = RsaPrivate::generate();
        const RSAPUBLICKEYBLOB blob = key.publicBlob();
        storeKeyPair(access, *handle, true, std::move(key));
        *pBlob = blob;
    });
}

ULONG DEVAPI SKF_ImportRSAKeyPair(HCONTAINER hContainer, ULONG ulSymAlgId, BYTE* pbWrappedKey,
                                  ULONG ulWrappedKeyLen, BYTE* pbEncryptedData, ULONG ulEncryptedDataLen) {
    return exported("ImportRSAKeyPair", on(hContainer), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        const ByteView wrapped = input(pbWrappedKey, ulWrappedKeyLen);
        const ByteView encrypted = input(pbEncryptedData, ulEncryptedDataLen);
        require(ulSymAlgId == SGD_SM4_ECB, SAR_NOTSUPPORTYETERR);
        const auto signing = privateKeyOf<RsaPrivate>(access, *handle, true);
        const Secret key = signing->decrypt(wrapped);
        require(key.size() == kSm4KeySize, SAR_INDATAERR);
        // Whatever padding fills the last block lies behind the end that the key's own encoding tells.
        const Secret plain = sm4Ecb(key, false, encrypted);
        RsaPrivate pair = RsaPrivate::fromPkcs1(plain.view());
        require(pair.isSound(), SAR_INDATAERR);
        storeKeyPair(access, *handle, false, std::move(pair));
    });
}

ULONG DEVAPI SKF_RSASignData(HCONTAINER hContainer, BYTE* pbData, ULONG ulDataLen, BYTE* pbSignature,
                             ULONG* pulSignLen) {
    return exported("RSASignData", on(hContainer), sized(pbSignature, pulSignLen), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pulSignLen);
        const ByteView data = input(pbData, ulDataLen);
        const auto key = privateKeyOf<RsaPrivate>(access, *handle, true);
        require(!data.empty() && data.size() + 11 <= key->size(), SAR_INDATALENERR);
        if (offer(key->size(), pbSignature, pulSignLen)) std::ranges::copy(key->sign(data), pbSignature);
    });
}

ULONG DEVAPI SKF_RSAVerify(DEVHANDLE hDev, RSAPUBLICKEYBLOB* pRSAPubKeyBlob, BYTE* pbData, ULONG ulDataLen,
                           BYTE* pbSignature, ULONG ulSignLen) {
    return exported("RSAVerify", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pRSAPubKeyBlob);
        const RsaPublic key(*pRSAPubKeyBlob);
        const ByteView signature = input(pbSignature, ulSignLen);
        require(signature.size() == key.size(), SAR_INDATALENERR);
        require(key.verify(input(pbData, ulDataLen), signature), SAR_HASHNOTEQUALERR);
    });
}

ULONG DEVAPI SKF_RSAExportSessionKey(HCONTAINER hContainer, ULONG ulAlgId, RSAPUBLICKEYBLOB* pPubKey,
                                     BYTE* pbData, ULONG* pulDataLen, HANDLE* phSessionKey) {
    return exported("RSAExportSessionKey", on(hContainer), sized(pbData, pulDataLen), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pPubKey);
        requirePointers(pulDataLen, phSessionKey);
        requireSessionAlgorithm(ulAlgId);
        const RsaPublic recipient(*pPubKey);
        if (!offer(recipient.size(), pbData, pulDataLen)) return;
        Secret key = newSessionKey();
        std::ranges::copy(recipient.encrypt(key.view()), pbData);
        *phSessionKey = addSessionKey(handle->device, std::move(key), ulAlgId);
    });
}

ULONG DEVAPI SKF_ExtRSAPubKeyOperation(DEVHANDLE hDev, RSAPUBLICKEYBLOB* pRSAPubKeyBlob, BYTE* pbInput,
                                       ULONG ulInputLen, BYTE* pbOutput, ULONG* pulOutputLen) {
    return exported("ExtRSAPubKeyOperation", on(hDev), sized(pbOutput, pulOutputLen), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pRSAPubKeyBlob);
        const RsaPublic key(*pRSAPubKeyBlob);
        const ByteView data = input(pbInput, ulInputLen);
        require(data.size() == key.size(), SAR_INDATALENERR);
        if (offer(key.size(), pbOutput, pulOutputLen)) std::ranges::copy(key.rawPublic(data), pbOutput);
    });
}

ULONG DEVAPI SKF_ExtRSAPriKeyOperation(DEVHANDLE hDev, RSAPRIVATEKEYBLOB* pRSAPriKeyBlob, BYTE* pbInput,
                                       ULONG ulInputLen, BYTE* pbOutput, ULONG* pulOutputLen) {
    return exported("ExtRSAPriKeyOperation", on(hDev), sized(pbOutput, pulOutputLen), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pRSAPriKeyBlob);
        const RsaPrivate key = RsaPrivate::fromBlob(*pRSAPriKeyBlob);
        const ByteView data = input(pbInput, ulInputLen);
        require(data.size() == key.size(), SAR_INDATALENERR);
        if (offer(key.size(), pbOutput, pulOutputLen)) std::ranges::copy(key.rawPrivate(data), pbOutput);
    });
}
