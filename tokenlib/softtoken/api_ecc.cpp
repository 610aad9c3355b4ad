// GM/T 0016 clause 7.6, SM2: key pairs, signatures, encryption.
#include <algorithm>

#include "tokenlib/softtoken/blobs.hpp"
#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/containers.hpp"
#include "tokenlib/softtoken/limits.hpp"
#include "tokenlib/softtoken/session.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

constexpr ULONG kHashSize = 32;

ByteView hashInput(const BYTE* data, ULONG size) {
    const ByteView hash = input(data, size);
    require(hash.size() == kHashSize, SAR_INDATALENERR);
    return hash;
}

void verify(DEVHANDLE hDev, const ECCPUBLICKEYBLOB* key, const BYTE* data, ULONG size,
            const ECCSIGNATUREBLOB* signature) {
    const auto device = handles().get<DeviceHandle>(hDev);
    const Access access(*device);
    const ByteView hash = hashInput(data, size);
    const Sm2Public publicKey = sm2PublicFrom(key);
    require(verifySm2(publicKey, hash, signatureFrom(signature)), SAR_HASHNOTEQUALERR);
}

Outputs cipherOutput(ECCCIPHERBLOB* blob, std::size_t plainSize) {
    return {.data = blob, .fixedSize = blob == nullptr ? 0 : offsetof(ECCCIPHERBLOB, Cipher) + plainSize};
}

// The private key that the key centre sent, opened with the signing key of the container.
Sm2Private envelopedKey(const ENVELOPEDKEYBLOB& envelope, const Sm2Private& signing) {
    const Sm2Public expected = sm2PublicFrom(&envelope.PubKey);
    const Secret key = signing.decrypt(cipherFrom(&envelope.ECCCipherBlob));
    require(key.size() == kSm4KeySize, SAR_INDATAERR);
    // The number stands in the last 32 octets, whether the zeros before it were encrypted with it or not.
    const Secret field = sm4Ecb(key, false, ByteView(envelope.cbEncryptedPriKey));
    Sm2Private opened = Sm2Private::fromScalar(field.view().last(32));
    require(opened.publicKey() == expected, SAR_INDATAERR);
    return opened;
}

}  // namespace

ULONG DEVAPI SKF_GenECCKeyPair(HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB* pBlob) {
    return exported("GenECCKeyPair", on(hContainer), fixed(pBlob), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pBlob);
        require(ulAlgId == SGD_SM2_1, SAR_NOTSUPPORTYETERR);
        access.requireUser(handle->application->id);
        Sm2Private key = Sm2Private::generate();
        const ECCPUBLICKEYBLOB blob = blobOf(key.publicKey());
        storeKeyPair(access, *handle, true, std::move(key));
        *pBlob = blob;
    });
}

ULONG DEVAPI SKF_ImportECCKeyPair(HCONTAINER hContainer, ENVELOPEDKEYBLOB* pEnvelopedKeyBlob) {
    return exported("ImportECCKeyPair", on(hContainer), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pEnvelopedKeyBlob);
        require(pEnvelopedKeyBlob->Version == 1 && pEnvelopedKeyBlob->ulBits == 256, SAR_INDATAERR);
        require(pEnvelopedKeyBlob->ulSymmAlgID == SGD_SM4_ECB, SAR_NOTSUPPORTYETERR);
        const auto signing = privateKeyOf<Sm2Private>(access, *handle, true);
        storeKeyPair(access, *handle, false, envelopedKey(*pEnvelopedKeyBlob, *signing));
    });
}

ULONG DEVAPI SKF_ECCSignData(HCONTAINER hContainer, BYTE* pbData, ULONG ulDataLen,
                             ECCSIGNATUREBLOB* pSignature) {
    return exported("ECCSignData", on(hContainer), fixed(pSignature), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pSignature);
        const ByteView hash = hashInput(pbData, ulDataLen);
        *pSignature = signatureBlobOf(privateKeyOf<Sm2Private>(access, *handle, true)->sign(hash));
    });
}

ULONG DEVAPI SKF_ECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbData, ULONG ulDataLen,
                           ECCSIGNATUREBLOB* pSignature) {
    return exported("ECCVerify", on(hDev),
                    [&] { verify(hDev, pECCPubKeyBlob, pbData, ulDataLen, pSignature); });
}

ULONG DEVAPI SKF_ExtECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbData, ULONG ulDataLen,
                              ECCSIGNATUREBLOB* pSignature) {
    return exported("ExtECCVerify", on(hDev),
                    [&] { verify(hDev, pECCPubKeyBlob, pbData, ulDataLen, pSignature); });
}

ULONG DEVAPI SKF_ExtECCSign(DEVHANDLE hDev, ECCPRIVATEKEYBLOB* pECCPriKeyBlob, BYTE* pbData, ULONG ulDataLen,
                            ECCSIGNATUREBLOB* pSignature) {
    return exported("ExtECCSign", on(hDev), fixed(pSignature), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pSignature);
        const ByteView hash = hashInput(pbData, ulDataLen);
        *pSignature = signatureBlobOf(sm2PrivateFrom(pECCPriKeyBlob).sign(hash));
    });
}

ULONG DEVAPI SKF_ECCExportSessionKey(HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB* pPubKey,
                                     ECCCIPHERBLOB* pData, HANDLE* phSessionKey) {
    return exported("ECCExportSessionKey", on(hContainer), cipherOutput(pData, kSm4KeySize), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        const Access access(*handle);
        requirePointers(pData);
        requirePointers(phSessionKey);
        requireSessionAlgorithm(ulAlgId);
        Secret key = newSessionKey();
        const Sm2Cipher wrapped = encryptSm2(sm2PublicFrom(pPubKey), key.view());
        *phSessionKey = addSessionKey(handle->device, std::move(key), ulAlgId);
        putBlob(wrapped, pData);
    });
}

ULONG DEVAPI SKF_ExtECCEncrypt(DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbPlainText,
                               ULONG ulPlainTextLen, ECCCIPHERBLOB* pCipherText) {
    return exported("ExtECCEncrypt", on(hDev), cipherOutput(pCipherText, ulPlainTextLen), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pCipherText);
        require(ulPlainTextLen > 0 && ulPlainTextLen <= kMaxEccBuffer, SAR_INDATALENERR);
        putBlob(encryptSm2(sm2PublicFrom(pECCPubKeyBlob), input(pbPlainText, ulPlainTextLen)), pCipherText);
    });
}

ULONG DEVAPI SKF_ExtECCDecrypt(DEVHANDLE hDev, ECCPRIVATEKEYBLOB* pECCPriKeyBlob, ECCCIPHERBLOB* pCipherText,
                               BYTE* pbPlainText, ULONG* pulPlainTextLen) {
    return exported("ExtECCDecrypt", on(hDev), sized(pbPlainText, pulPlainTextLen), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pulPlainTextLen);
        const Sm2Private key = sm2PrivateFrom(pECCPriKeyBlob);
        const Sm2Cipher cipher = cipherFrom(pCipherText);
        if (offer(cipher.cipher.size(), pbPlainText, pulPlainTextLen))
            std::ranges::copy(key.decrypt(cipher).view(), pbPlainText);
    });
}
