// The functions of GM/T 0016 that a client needs, and the makers' extensions, as one library exports them.
#pragma once

#include "tokenlib/drivers/skf/abi.hpp"
#include "tokenlib/drivers/skf/api.hpp"
#include "tokenlib/drivers/skf/sar.hpp"

namespace ukey::skf {

template <class Abi>
struct Functions {
    using Ulong = typename Abi::Ulong;
    using Bool = typename Abi::Bool;
    using CipherParameters = typename Abi::Structures::CipherParameters;
    using Octets = std::uint8_t*;
    template <class... Args>
    using Function = Entry<Abi, Args...>;

    /// Throws driver-error when it lacks what nothing works without.
    explicit Functions(loader::SharedLibrary from) : library(std::move(from)) { requireExports(); }

    const loader::SharedLibrary library;

    Function<char*, Ulong*, Ulong*> waitForEvent{library, {"SKF_WaitForDevEvent"}};
    Function<> cancelWait{library, {"SKF_CancelWaitForDevEvent"}};
    Function<Bool, char*, Ulong*> enumDevices{library, {"SKF_EnumDev"}};
    Function<char*, Handle*> connect{library, {"SKF_ConnectDev"}};
    Function<Handle> disconnect{library, {"SKF_DisConnectDev", "SKF_DisconnectDev"}};
    Function<Handle, void*> getDeviceInfo{library, {"SKF_GetDevInfo"}};
    Function<Handle, Octets, Ulong> genRandom{library, {"SKF_GenRandom"}};

    Function<Handle, char*, Ulong*> enumApplications{library, {"SKF_EnumApplication"}};
    Function<Handle, char*, Handle*> openApplication{library, {"SKF_OpenApplication"}};
    Function<Handle> closeApplication{library, {"SKF_CloseApplication"}};
    Function<Handle, Ulong, Ulong*, Ulong*, Bool*> getPinInfo{library, {"SKF_GetPINInfo"}};
    Function<Handle, Ulong, char*, Ulong*> verifyPin{library, {"SKF_VerifyPIN"}};
    Function<Handle, Ulong, char*, char*, Ulong*> changePin{library, {"SKF_ChangePIN"}};
    Function<Handle, char*, char*, Ulong*> unblockPin{library, {"SKF_UnblockPIN"}};
    Function<Handle> clearSecureState{library, {"SKF_ClearSecureState"}};
    Function<Handle, Octets, Ulong*> remoteRequest{library, {"SKF_GenRemoteUnblockRequest"}};
    Function<Handle, Octets, Ulong> remoteRequestFixed{library, {"SKF_GenRemoteUnblockRequest"}};
    Function<Handle, Octets, Ulong, Ulong*> remoteUnblock{library, {"SKF_RemoteUnblockPIN"}};

    Function<Handle, char*, Ulong*> enumContainers{library, {"SKF_EnumContainer"}};
    Function<Handle, char*, Handle*> createContainer{library, {"SKF_CreateContainer"}};
    Function<Handle, char*, Handle*> openContainer{library, {"SKF_OpenContainer"}};
    Function<Handle> closeContainer{library, {"SKF_CloseContainer"}};
    Function<Handle, char*> deleteContainer{library, {"SKF_DeleteContainer"}};
    Function<Handle, Ulong*> containerType{
        library,
        {"SKF_GetContainerType", "SKF_GetContianerType", "SKF_GetContainerProperty", "SKF_GetConProperty"}};
    Function<Handle, Bool, Octets, Ulong> importCertificate{library, {"SKF_ImportCertificate"}};
    Function<Handle, Bool, Octets, Ulong*> exportCertificate{library, {"SKF_ExportCertificate"}};
    Function<Handle, Bool, Octets, Ulong*> exportPublicKey{library, {"SKF_ExportPublicKey"}};

    Function<Handle, Ulong, void*> genEccKeyPair{library, {"SKF_GenECCKeyPair"}};
    Function<Handle, void*> importEccKeyPair{library, {"SKF_ImportECCKeyPair"}};
    Function<Handle, Octets, Ulong, void*> eccSign{library, {"SKF_ECCSignData"}};
    Function<Handle, Ulong, void*> genRsaKeyPair{library, {"SKF_GenRSAKeyPair"}};
    Function<Handle, Ulong, Octets, Ulong, Octets, Ulong> importRsaKeyPair{library, {"SKF_ImportRSAKeyPair"}};
    Function<Handle, Octets, Ulong, Octets, Ulong*> rsaSign{library, {"SKF_RSASignData"}};

    Function<Handle, Ulong, Octets, Ulong, Handle*> importSessionKey{library, {"SKF_ImportSessionKey"}};
    Function<Handle, CipherParameters> decryptInit{library, {"SKF_DecryptInit"}};
    Function<Handle, Octets, Ulong, Octets, Ulong*> decryptUpdate{library, {"SKF_DecryptUpdate"}};
    Function<Handle, Octets, Ulong*> decryptFinal{library, {"SKF_DecryptFinal"}};
    Function<Handle> closeHandle{library, {"SKF_CloseHandle"}};

    Function<Handle, void*, Octets, Ulong*> eccDecrypt{library, {"SKF_ECCDecrypt", "SKF_ECCPrvKeyDecrypt"}};
    Function<Handle, Ulong, void*, Octets, Ulong*> eccDecryptSpec{library, {"SKF_PrvKeyDecrypt"}};
    Function<Handle, Octets, Ulong, Octets, Ulong*> eccDecryptRaw{library,
                                                                  {"SKF_ECCDecrypt", "SKF_ECCPrvKeyDecrypt"}};
    Function<Handle, Octets, Ulong, Octets, Ulong*> rsaDecrypt{library,
                                                               {"SKF_RSADecrypt", "SKF_RSAPrvKeyDecrypt"}};
    Function<Handle, Ulong, Octets, Ulong, Octets, Ulong*> rsaDecryptSpec{
        library, {"SKF_RSADecrypt", "SKF_RSAPrvKeyDecrypt"}};

  private:
    void requireExports() const {
        const auto require = [](const auto& function) {
            if (function) return;
            throw nonsense(std::string("not a GM/T 0016 library: it has no ") + function.name());
        };
        require(enumDevices);
        require(connect);
        require(disconnect);
        require(getDeviceInfo);
        require(enumApplications);
        require(openApplication);
        require(closeApplication);
        require(verifyPin);
        require(enumContainers);
        require(openContainer);
        require(closeContainer);
        require(exportPublicKey);
        require(exportCertificate);
    }
};

}  // namespace ukey::skf
