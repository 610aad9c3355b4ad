// What makers add to GM/T 0016: opening data with the private key, and remote unblocking (README.md).
#include <algorithm>

#include "tokenlib/softtoken/blobs.hpp"
#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/containers.hpp"
#include "tokenlib/softtoken/digest.hpp"
#include "tokenlib/softtoken/pins.hpp"
#include "tokenlib/softtoken/remote.hpp"

using namespace ukey;
using namespace ukey::softtoken;

ULONG DEVAPI SKF_ECCPrvKeyDecrypt(HCONTAINER hContainer, ECCCIPHERBLOB* pCipherText, BYTE* pbPlainText,
                                  ULONG* pulPlainTextLen) {
    return exported("ECCPrvKeyDecrypt", on(hContainer), sized(pbPlainText, pulPlainTextLen), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pulPlainTextLen);
        const Sm2Cipher cipher = cipherFrom(pCipherText);
        const auto key = privateKeyOf<Sm2Private>(access, *handle, false);
        if (offer(cipher.cipher.size(), pbPlainText, pulPlainTextLen))
            std::ranges::copy(key->decrypt(cipher).view(), pbPlainText);
    });
}

ULONG DEVAPI SKF_RSAPrvKeyDecrypt(HCONTAINER hContainer, BYTE* pbCipherText, ULONG ulCipherTextLen,
                                  BYTE* pbPlainText, ULONG* pulPlainTextLen) {
    return exported("RSAPrvKeyDecrypt", on(hContainer), sized(pbPlainText, pulPlainTextLen), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pulPlainTextLen);
        const ByteView cipher = input(pbCipherText, ulCipherTextLen);
        const auto key = privateKeyOf<RsaPrivate>(access, *handle, false);
        const Secret plain = key->decrypt(cipher);
        if (offer(plain.size(), pbPlainText, pulPlainTextLen)) std::ranges::copy(plain.view(), pbPlainText);
    });
}

ULONG DEVAPI SKF_GenRemoteUnblockRequest(HAPPLICATION hApplication, BYTE* pbRequest, ULONG* pulRequestLen) {
    return exported("GenRemoteUnblockRequest", on(hApplication), sized(pbRequest, pulRequestLen), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        if (!offer(kRemoteRequestSize, pbRequest, pulRequestLen)) return;
        Change change(access.store());
        const Bytes request = newRemoteRequest(applicationIn(change.draft(), application->id));
        change.commit();
        std::ranges::copy(request, pbRequest);
    });
}

ULONG DEVAPI SKF_RemoteUnblockPIN(HAPPLICATION hApplication, BYTE* pbResponse, ULONG ulResponseLen,
                                  ULONG* pulRetryCount) {
    const Outputs outputs{.counts = {pulRetryCount}};
    return exported("RemoteUnblockPIN", on(hApplication), outputs, [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pulRetryCount);
        const ByteView response = input(pbResponse, ulResponseLen);
        Change change(access.store());
        acceptRemoteResponse(change, application->id, response, *pulRetryCount);
        access.logOut(application->id, USER_TYPE);
    });
}
