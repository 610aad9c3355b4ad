// GM/T 0016 clause 7.6, key agreement by GB/T 32918.3. The key for it is the container's encryption pair:
// that is the one whose certificate says keyAgreement.
#include "tokenlib/softtoken/blobs.hpp"
#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/containers.hpp"
#include "tokenlib/softtoken/session.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

constexpr ULONG kMaxId = 32;

ByteView identity(const BYTE* id, ULONG size) {
    require(size > 0 && size <= kMaxId, SAR_INDATALENERR);
    return input(id, size);
}

}  // namespace

ULONG DEVAPI SKF_GenerateAgreementDataWithECC(HCONTAINER hContainer, ULONG ulAlgId,
                                              ECCPUBLICKEYBLOB* pTempECCPubKeyBlob, BYTE* pbID, ULONG ulIDLen,
                                              HANDLE* phAgreementHandle) {
    return exported("GenerateAgreementDataWithECC", on(hContainer), fixed(pTempECCPubKeyBlob), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pTempECCPubKeyBlob);
        requirePointers(phAgreementHandle);
        requireSessionAlgorithm(ulAlgId);
        const ByteView id = identity(pbID, ulIDLen);
        (void)privateKeyOf<Sm2Private>(access, *handle, false);
        Sm2Private temporary = Sm2Private::generate();
        const ECCPUBLICKEYBLOB blob = blobOf(temporary.publicKey());
        *phAgreementHandle = handles().add(std::make_shared<AgreementHandle>(
            handle, std::move(temporary), Bytes(id.begin(), id.end()), ulAlgId));
        *pTempECCPubKeyBlob = blob;
    });
}

ULONG DEVAPI SKF_GenerateAgreementDataAndKeyWithECC(HANDLE hContainer, ULONG ulAlgId,
                                                    ECCPUBLICKEYBLOB* pSponsorECCPubKeyBlob,
                                                    ECCPUBLICKEYBLOB* pSponsorTempECCPubKeyBlob,
                                                    ECCPUBLICKEYBLOB* pTempECCPubKeyBlob, BYTE* pbID,
                                                    ULONG ulIDLen, BYTE* pbSponsorID, ULONG ulSponsorIDLen,
                                                    HANDLE* phKeyHandle) {
    return exported("GenerateAgreementDataAndKeyWithECC", on(hContainer), fixed(pTempECCPubKeyBlob), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pTempECCPubKeyBlob);
        requirePointers(phKeyHandle);
        requireSessionAlgorithm(ulAlgId);
        const ByteView id = identity(pbID, ulIDLen);
        const ByteView sponsorId = identity(pbSponsorID, ulSponsorIDLen);
        const Sm2Public sponsorKey = sm2PublicFrom(pSponsorECCPubKeyBlob);
        const Sm2Public sponsorTemporary = sm2PublicFrom(pSponsorTempECCPubKeyBlob);
        const auto key = privateKeyOf<Sm2Private>(access, *handle, false);
        const Sm2Private temporary = Sm2Private::generate();
        Secret agreed = agreeSm2(*key, temporary, {key->publicKey(), temporary.publicKey(), id},
                                 {sponsorKey, sponsorTemporary, sponsorId}, false, kSm4KeySize);
        *phKeyHandle = addSessionKey(handle->device, std::move(agreed), ulAlgId);
        *pTempECCPubKeyBlob = blobOf(temporary.publicKey());
    });
}

ULONG DEVAPI SKF_GenerateKeyWithECC(HANDLE hAgreementHandle, ECCPUBLICKEYBLOB* pECCPubKeyBlob,
                                    ECCPUBLICKEYBLOB* pTempECCPubKeyBlob, BYTE* pbID, ULONG ulIDLen,
                                    HANDLE* phKeyHandle) {
    return exported("GenerateKeyWithECC", on(hAgreementHandle), [&] {
        const auto agreement = handles().get<AgreementHandle>(hAgreementHandle);
        Access access(*agreement->device);
        requirePointers(phKeyHandle);
        const ByteView id = identity(pbID, ulIDLen);
        const Sm2Public peerKey = sm2PublicFrom(pECCPubKeyBlob);
        const Sm2Public peerTemporary = sm2PublicFrom(pTempECCPubKeyBlob);
        require(agreement->temporary.has_value(), SAR_NOTINITIALIZEERR);
        const auto key = privateKeyOf<Sm2Private>(access, *agreement->container, false);
        const Sm2Private& temporary = *agreement->temporary;
        Secret agreed = agreeSm2(*key, temporary, {key->publicKey(), temporary.publicKey(), agreement->id},
                                 {peerKey, peerTemporary, id}, true, kSm4KeySize);
        *phKeyHandle = addSessionKey(agreement->device, std::move(agreed), agreement->algorithm);
        // A temporary pair serves one agreement.
        agreement->temporary.reset();
    });
}
