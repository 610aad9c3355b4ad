/*
 * GM/T 0016-2012 (GB/T 35291-2017), application interface of the smart token ("SKF"): types, constants, error
 * codes and the 78 functions, for C and C++. ULONG has 32 bits on every system, structures are packed to one
 * octet, numbers in octet arrays are big-endian, fields of type ULONG in the order of the host.
 *
 * A client that loads a library at run time needs only the types and the SKF_<name>_fn function types; a
 * library that implements the interface, or a program linked to one, also uses the prototypes.
 */
#ifndef UKEY_GMT0016_SKF_H
#define UKEY_GMT0016_SKF_H

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#define DEVAPI __stdcall
#define SKF_EXPORT
#else
#define DEVAPI
#define SKF_EXPORT __attribute__((visibility("default")))

typedef uint8_t BYTE;
typedef char CHAR;
typedef int16_t SHORT;
typedef uint16_t USHORT;
typedef int32_t LONG;
typedef uint32_t ULONG;
typedef uint32_t UINT;
typedef uint16_t WORD;
typedef uint32_t DWORD;
typedef int32_t BOOL;
typedef CHAR* LPSTR;
typedef void* HANDLE;

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#endif

typedef uint32_t FLAGS;
typedef HANDLE DEVHANDLE;
typedef HANDLE HAPPLICATION;
typedef HANDLE HCONTAINER;

/* ---- limits ---- */
#define MAX_RSA_MODULUS_LEN 256
#define MAX_RSA_EXPONENT_LEN 4
#define ECC_MAX_XCOORDINATE_BITS_LEN 512
#define ECC_MAX_YCOORDINATE_BITS_LEN 512
#define ECC_MAX_MODULUS_BITS_LEN 512
#define MAX_IV_LEN 32
#define MAX_FILE_NAME_LEN 32
#define MAX_CONTAINER_NAME_LEN 64

/* ---- structures (clause 6.4) ---- */
#pragma pack(push, 1)

typedef struct Struct_Version {
    BYTE major;
    BYTE minor;
} VERSION;

typedef struct Struct_DEVINFO {
    VERSION Version;
    CHAR Manufacturer[64];
    CHAR Issuer[64];
    CHAR Label[32];
    CHAR SerialNumber[32];
    VERSION HWVersion;
    VERSION FirmwareVersion;
    ULONG AlgSymCap;
    ULONG AlgAsymCap;
    ULONG AlgHashCap;
    ULONG DevAuthAlgId;
    ULONG TotalSpace;
    ULONG FreeSpace;
    ULONG MaxECCBufferSize;
    ULONG MaxBufferSize;
    BYTE Reserved[64];
} DEVINFO, *PDEVINFO;

typedef struct Struct_RSAPUBLICKEYBLOB {
    ULONG AlgID;
    ULONG BitLen;
    BYTE Modulus[MAX_RSA_MODULUS_LEN];
    BYTE PublicExponent[MAX_RSA_EXPONENT_LEN];
} RSAPUBLICKEYBLOB, *PRSAPUBLICKEYBLOB;

typedef struct Struct_RSAPRIVATEKEYBLOB {
    ULONG AlgID;
    ULONG BitLen;
    BYTE Modulus[MAX_RSA_MODULUS_LEN];
    BYTE PublicExponent[MAX_RSA_EXPONENT_LEN];
    BYTE PrivateExponent[MAX_RSA_MODULUS_LEN];
    BYTE Prime1[MAX_RSA_MODULUS_LEN / 2];
    BYTE Prime2[MAX_RSA_MODULUS_LEN / 2];
    BYTE Prime1Exponent[MAX_RSA_MODULUS_LEN / 2];
    BYTE Prime2Exponent[MAX_RSA_MODULUS_LEN / 2];
    BYTE Coefficient[MAX_RSA_MODULUS_LEN / 2];
} RSAPRIVATEKEYBLOB, *PRSAPRIVATEKEYBLOB;

/* The 32 octets of a 256-bit number stand at the end of its 64-octet array. */
typedef struct Struct_ECCPUBLICKEYBLOB {
    ULONG BitLen;
    BYTE XCoordinate[ECC_MAX_XCOORDINATE_BITS_LEN / 8];
    BYTE YCoordinate[ECC_MAX_YCOORDINATE_BITS_LEN / 8];
} ECCPUBLICKEYBLOB, *PECCPUBLICKEYBLOB;

typedef struct Struct_ECCPRIVATEKEYBLOB {
    ULONG BitLen;
    BYTE PrivateKey[ECC_MAX_MODULUS_BITS_LEN / 8];
} ECCPRIVATEKEYBLOB, *PECCPRIVATEKEYBLOB;

/* Cipher really has CipherLen octets. */
typedef struct Struct_ECCCIPHERBLOB {
    BYTE XCoordinate[ECC_MAX_XCOORDINATE_BITS_LEN / 8];
    BYTE YCoordinate[ECC_MAX_YCOORDINATE_BITS_LEN / 8];
    BYTE HASH[32];
    ULONG CipherLen;
    BYTE Cipher[1];
} ECCCIPHERBLOB, *PECCCIPHERBLOB;

typedef struct Struct_ECCSIGNATUREBLOB {
    BYTE r[ECC_MAX_XCOORDINATE_BITS_LEN / 8];
    BYTE s[ECC_MAX_XCOORDINATE_BITS_LEN / 8];
} ECCSIGNATUREBLOB, *PECCSIGNATUREBLOB;

typedef struct Struct_BLOCKCIPHERPARAM {
    BYTE IV[MAX_IV_LEN];
    ULONG IVLen;
    ULONG PaddingType; /* 0 none, 1 PKCS#5 */
    ULONG FeedBitLen;  /* bits, for OFB and CFB only */
} BLOCKCIPHERPARAM, *PBLOCKCIPHERPARAM;

typedef struct SKF_ENVELOPEDKEYBLOB {
    ULONG Version;     /* 1 */
    ULONG ulSymmAlgID; /* an ECB mode */
    ULONG ulBits;      /* 256 */
    BYTE cbEncryptedPriKey[64];
    ECCPUBLICKEYBLOB PubKey;
    ECCCIPHERBLOB ECCCipherBlob;
} ENVELOPEDKEYBLOB, *PENVELOPEDKEYBLOB;

typedef struct Struct_FILEATTRIBUTE {
    CHAR FileName[MAX_FILE_NAME_LEN];
    ULONG FileSize;
    ULONG ReadRights;
    ULONG WriteRights;
} FILEATTRIBUTE, *PFILEATTRIBUTE;

#pragma pack(pop)

#ifdef __cplusplus
#define SKF_STATIC_ASSERT static_assert
#else
#define SKF_STATIC_ASSERT _Static_assert
#endif
#define SKF_ASSERT_SIZE(type, size) SKF_STATIC_ASSERT(sizeof(type) == (size), #type " has the wrong size")
#define SKF_ASSERT_OFFSET(type, field, offset) \
    SKF_STATIC_ASSERT(offsetof(type, field) == (offset), #type "." #field " stands at the wrong place")

SKF_ASSERT_SIZE(BYTE, 1);
SKF_ASSERT_SIZE(CHAR, 1);
SKF_ASSERT_SIZE(ULONG, 4);
SKF_ASSERT_SIZE(BOOL, 4);
SKF_ASSERT_SIZE(VERSION, 2);
SKF_ASSERT_SIZE(DEVINFO, 294);
SKF_ASSERT_OFFSET(DEVINFO, Manufacturer, 2);
SKF_ASSERT_OFFSET(DEVINFO, Issuer, 66);
SKF_ASSERT_OFFSET(DEVINFO, Label, 130);
SKF_ASSERT_OFFSET(DEVINFO, SerialNumber, 162);
SKF_ASSERT_OFFSET(DEVINFO, HWVersion, 194);
SKF_ASSERT_OFFSET(DEVINFO, FirmwareVersion, 196);
SKF_ASSERT_OFFSET(DEVINFO, AlgSymCap, 198);
SKF_ASSERT_OFFSET(DEVINFO, AlgAsymCap, 202);
SKF_ASSERT_OFFSET(DEVINFO, AlgHashCap, 206);
SKF_ASSERT_OFFSET(DEVINFO, DevAuthAlgId, 210);
SKF_ASSERT_OFFSET(DEVINFO, TotalSpace, 214);
SKF_ASSERT_OFFSET(DEVINFO, FreeSpace, 218);
SKF_ASSERT_OFFSET(DEVINFO, MaxECCBufferSize, 222);
SKF_ASSERT_OFFSET(DEVINFO, MaxBufferSize, 226);
SKF_ASSERT_OFFSET(DEVINFO, Reserved, 230);
SKF_ASSERT_SIZE(RSAPUBLICKEYBLOB, 268);
SKF_ASSERT_OFFSET(RSAPUBLICKEYBLOB, Modulus, 8);
SKF_ASSERT_OFFSET(RSAPUBLICKEYBLOB, PublicExponent, 264);
SKF_ASSERT_SIZE(RSAPRIVATEKEYBLOB, 1164);
SKF_ASSERT_OFFSET(RSAPRIVATEKEYBLOB, PrivateExponent, 268);
SKF_ASSERT_OFFSET(RSAPRIVATEKEYBLOB, Prime1, 524);
SKF_ASSERT_OFFSET(RSAPRIVATEKEYBLOB, Coefficient, 1036);
SKF_ASSERT_SIZE(ECCPUBLICKEYBLOB, 132);
SKF_ASSERT_SIZE(ECCPRIVATEKEYBLOB, 68);
SKF_ASSERT_SIZE(ECCCIPHERBLOB, 165);
SKF_ASSERT_OFFSET(ECCCIPHERBLOB, HASH, 128);
SKF_ASSERT_OFFSET(ECCCIPHERBLOB, CipherLen, 160);
SKF_ASSERT_OFFSET(ECCCIPHERBLOB, Cipher, 164);
SKF_ASSERT_SIZE(ECCSIGNATUREBLOB, 128);
SKF_ASSERT_SIZE(BLOCKCIPHERPARAM, 44);
SKF_ASSERT_SIZE(ENVELOPEDKEYBLOB, 373);
SKF_ASSERT_OFFSET(ENVELOPEDKEYBLOB, cbEncryptedPriKey, 12);
SKF_ASSERT_OFFSET(ENVELOPEDKEYBLOB, PubKey, 76);
SKF_ASSERT_OFFSET(ENVELOPEDKEYBLOB, ECCCipherBlob, 208);
SKF_ASSERT_SIZE(FILEATTRIBUTE, 44);

/* ---- PIN types, rights, device states and events, container types ---- */
#define ADMIN_TYPE 0
#define USER_TYPE 1

#define SECURE_NEVER_ACCOUNT 0x00000000u
#define SECURE_ADM_ACCOUNT 0x00000001u
#define SECURE_USER_ACCOUNT 0x00000010u
#define SECURE_ANYONE_ACCOUNT 0x000000FFu

#define DEV_ABSENT_STATE 0x00000000u
#define DEV_PRESENT_STATE 0x00000001u
#define DEV_UNKNOWN_STATE 0x00000002u

#define SKF_EVENT_INSERTED 1u
#define SKF_EVENT_REMOVED 2u

#define SKF_CONTAINER_EMPTY 0u
#define SKF_CONTAINER_RSA 1u
#define SKF_CONTAINER_ECC 2u

#define SKF_PADDING_NONE 0u
#define SKF_PADDING_PKCS5 1u

/* ---- algorithm identifiers (GM/T 0006) ---- */
#define SGD_SM1_ECB 0x00000101u
#define SGD_SM1_CBC 0x00000102u
#define SGD_SM1_CFB 0x00000104u
#define SGD_SM1_OFB 0x00000108u
#define SGD_SM1_MAC 0x00000110u
#define SGD_SSF33_ECB 0x00000201u
#define SGD_SSF33_CBC 0x00000202u
#define SGD_SSF33_CFB 0x00000204u
#define SGD_SSF33_OFB 0x00000208u
#define SGD_SSF33_MAC 0x00000210u
#define SGD_SM4_ECB 0x00000401u
#define SGD_SM4_CBC 0x00000402u
#define SGD_SM4_CFB 0x00000404u
#define SGD_SM4_OFB 0x00000408u
#define SGD_SM4_MAC 0x00000410u
#define SGD_ZUC_EEA3 0x00000801u
#define SGD_ZUC_EIA3 0x00000802u

#define SGD_RSA 0x00010000u
#define SGD_SM2 0x00020100u
#define SGD_SM2_1 0x00020100u /* signature */
#define SGD_SM2_2 0x00020200u /* key exchange */
#define SGD_SM2_3 0x00020400u /* encryption */

#define SGD_SM3 0x00000001u
#define SGD_SHA1 0x00000002u
#define SGD_SHA256 0x00000004u

#define SGD_SM3_RSA 0x00010001u
#define SGD_SHA1_RSA 0x00010002u
#define SGD_SHA256_RSA 0x00010004u
#define SGD_SM3_SM2 0x00020201u

/* ---- return codes (annex A) ---- */
#define SAR_OK 0x00000000u
#define SAR_FAIL 0x0A000001u
#define SAR_UNKNOWNERR 0x0A000002u
#define SAR_NOTSUPPORTYETERR 0x0A000003u
#define SAR_FILEERR 0x0A000004u
#define SAR_INVALIDHANDLEERR 0x0A000005u
#define SAR_INVALIDPARAMERR 0x0A000006u
#define SAR_READFILEERR 0x0A000007u
#define SAR_WRITEFILEERR 0x0A000008u
#define SAR_NAMELENERR 0x0A000009u
#define SAR_KEYUSAGEERR 0x0A00000Au
#define SAR_MODULUSLENERR 0x0A00000Bu
#define SAR_NOTINITIALIZEERR 0x0A00000Cu
#define SAR_OBJERR 0x0A00000Du
#define SAR_MEMORYERR 0x0A00000Eu
#define SAR_TIMEOUTERR 0x0A00000Fu
#define SAR_INDATALENERR 0x0A000010u
#define SAR_INDATAERR 0x0A000011u
#define SAR_GENRANDERR 0x0A000012u
#define SAR_HASHOBJERR 0x0A000013u
#define SAR_HASHERR 0x0A000014u
#define SAR_GENRSAKEYERR 0x0A000015u
#define SAR_RSAMODULUSLENERR 0x0A000016u
#define SAR_CSPIMPRTPUBKEYERR 0x0A000017u
#define SAR_RSAENCERR 0x0A000018u
#define SAR_RSADECERR 0x0A000019u
#define SAR_HASHNOTEQUALERR 0x0A00001Au
#define SAR_KEYNOTFOUNTERR 0x0A00001Bu
#define SAR_CERTNOTFOUNTERR 0x0A00001Cu
#define SAR_NOTEXPORTERR 0x0A00001Du
#define SAR_DECRYPTPADERR 0x0A00001Eu
#define SAR_MACLENERR 0x0A00001Fu
#define SAR_BUFFER_TOO_SMALL 0x0A000020u
#define SAR_KEYINFOTYPEERR 0x0A000021u
#define SAR_NOT_EVENTERR 0x0A000022u
#define SAR_DEVICE_REMOVED 0x0A000023u
#define SAR_PIN_INCORRECT 0x0A000024u
#define SAR_PIN_LOCKED 0x0A000025u
#define SAR_PIN_INVALID 0x0A000026u
#define SAR_PIN_LEN_RANGE 0x0A000027u
#define SAR_USER_ALREADY_LOGGED_IN 0x0A000028u
#define SAR_USER_PIN_NOT_INITIALIZED 0x0A000029u
#define SAR_USER_TYPE_INVALID 0x0A00002Au
#define SAR_APPLICATION_NAME_INVALID 0x0A00002Bu
#define SAR_APPLICATION_EXISTS 0x0A00002Cu
#define SAR_USER_NOT_LOGGED_IN 0x0A00002Du
#define SAR_APPLICATION_NOT_EXISTS 0x0A00002Eu
#define SAR_FILE_ALREADY_EXIST 0x0A00002Fu
#define SAR_NO_ROOM 0x0A000030u
#define SAR_FILE_NOT_EXIST 0x0A000031u
#define SAR_REACH_MAX_CONTAINER_COUNT 0x0A000032u

/* ---- functions: SKF_FUNCTION(name, parameters) declares the type SKF_<name>_fn and the prototype ---- */
#ifdef __cplusplus
extern "C" {
#endif

#define SKF_FUNCTION(name, parameters)                 \
    typedef ULONG(DEVAPI* SKF_##name##_fn) parameters; \
    SKF_EXPORT ULONG DEVAPI SKF_##name parameters

/* device management */
SKF_FUNCTION(WaitForDevEvent, (LPSTR szDevName, ULONG* pulDevNameLen, ULONG* pulEvent));
SKF_FUNCTION(CancelWaitForDevEvent, (void));
SKF_FUNCTION(EnumDev, (BOOL bPresent, LPSTR szNameList, ULONG* pulSize));
SKF_FUNCTION(ConnectDev, (LPSTR szName, DEVHANDLE* phDev));
SKF_FUNCTION(DisConnectDev, (DEVHANDLE hDev));
SKF_FUNCTION(GetDevState, (LPSTR szDevName, ULONG* pulDevState));
SKF_FUNCTION(SetLabel, (DEVHANDLE hDev, LPSTR szLabel));
SKF_FUNCTION(GetDevInfo, (DEVHANDLE hDev, DEVINFO* pDevInfo));
SKF_FUNCTION(LockDev, (DEVHANDLE hDev, ULONG ulTimeOut));
SKF_FUNCTION(UnlockDev, (DEVHANDLE hDev));
SKF_FUNCTION(Transmit,
             (DEVHANDLE hDev, BYTE* pbCommand, ULONG ulCommandLen, BYTE* pbData, ULONG* pulDataLen));

/* access control */
SKF_FUNCTION(ChangeDevAuthKey, (DEVHANDLE hDev, BYTE* pbKeyValue, ULONG ulKeyLen));
SKF_FUNCTION(DevAuth, (DEVHANDLE hDev, BYTE* pbAuthData, ULONG ulLen));
SKF_FUNCTION(ChangePIN, (HAPPLICATION hApplication, ULONG ulPINType, LPSTR szOldPin, LPSTR szNewPin,
                         ULONG* pulRetryCount));
SKF_FUNCTION(GetPINInfo, (HAPPLICATION hApplication, ULONG ulPINType, ULONG* pulMaxRetryCount,
                          ULONG* pulRemainRetryCount, BOOL* pbDefaultPin));
SKF_FUNCTION(VerifyPIN, (HAPPLICATION hApplication, ULONG ulPINType, LPSTR szPIN, ULONG* pulRetryCount));
SKF_FUNCTION(UnblockPIN,
             (HAPPLICATION hApplication, LPSTR szAdminPIN, LPSTR szNewUserPIN, ULONG* pulRetryCount));
SKF_FUNCTION(ClearSecureState, (HAPPLICATION hApplication));

/* applications */
SKF_FUNCTION(CreateApplication,
             (DEVHANDLE hDev, LPSTR szAppName, LPSTR szAdminPin, DWORD dwAdminPinRetryCount, LPSTR szUserPin,
              DWORD dwUserPinRetryCount, DWORD dwCreateFileRights, HAPPLICATION* phApplication));
SKF_FUNCTION(EnumApplication, (DEVHANDLE hDev, LPSTR szAppName, ULONG* pulSize));
SKF_FUNCTION(DeleteApplication, (DEVHANDLE hDev, LPSTR szAppName));
SKF_FUNCTION(OpenApplication, (DEVHANDLE hDev, LPSTR szAppName, HAPPLICATION* phApplication));
SKF_FUNCTION(CloseApplication, (HAPPLICATION hApplication));

/* files */
SKF_FUNCTION(CreateFile, (HAPPLICATION hApplication, LPSTR szFileName, ULONG ulFileSize, ULONG ulReadRights,
                          ULONG ulWriteRights));
SKF_FUNCTION(DeleteFile, (HAPPLICATION hApplication, LPSTR szFileName));
SKF_FUNCTION(EnumFiles, (HAPPLICATION hApplication, LPSTR szFileList, ULONG* pulSize));
SKF_FUNCTION(GetFileInfo, (HAPPLICATION hApplication, LPSTR szFileName, FILEATTRIBUTE* pFileInfo));
SKF_FUNCTION(ReadFile, (HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset, ULONG ulSize,
                        BYTE* pbOutData, ULONG* pulOutLen));
SKF_FUNCTION(WriteFile,
             (HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset, BYTE* pbData, ULONG ulSize));

/* containers */
SKF_FUNCTION(CreateContainer, (HAPPLICATION hApplication, LPSTR szContainerName, HCONTAINER* phContainer));
SKF_FUNCTION(DeleteContainer, (HAPPLICATION hApplication, LPSTR szContainerName));
SKF_FUNCTION(OpenContainer, (HAPPLICATION hApplication, LPSTR szContainerName, HCONTAINER* phContainer));
SKF_FUNCTION(CloseContainer, (HCONTAINER hContainer));
SKF_FUNCTION(EnumContainer, (HAPPLICATION hApplication, LPSTR szContainerName, ULONG* pulSize));
SKF_FUNCTION(GetContainerType, (HCONTAINER hContainer, ULONG* pulContainerType));
SKF_FUNCTION(ImportCertificate, (HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbCert, ULONG ulCertLen));
SKF_FUNCTION(ExportCertificate, (HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbCert, ULONG* pulCertLen));

/* random numbers and RSA */
SKF_FUNCTION(GenRandom, (DEVHANDLE hDev, BYTE* pbRandom, ULONG ulRandomLen));
SKF_FUNCTION(GenExtRSAKey, (DEVHANDLE hDev, ULONG ulBitsLen, RSAPRIVATEKEYBLOB* pBlob));
SKF_FUNCTION(GenRSAKeyPair, (HCONTAINER hContainer, ULONG ulBitsLen, RSAPUBLICKEYBLOB* pBlob));
SKF_FUNCTION(ImportRSAKeyPair, (HCONTAINER hContainer, ULONG ulSymAlgId, BYTE* pbWrappedKey,
                                ULONG ulWrappedKeyLen, BYTE* pbEncryptedData, ULONG ulEncryptedDataLen));
SKF_FUNCTION(RSASignData,
             (HCONTAINER hContainer, BYTE* pbData, ULONG ulDataLen, BYTE* pbSignature, ULONG* pulSignLen));
SKF_FUNCTION(RSAVerify, (DEVHANDLE hDev, RSAPUBLICKEYBLOB* pRSAPubKeyBlob, BYTE* pbData, ULONG ulDataLen,
                         BYTE* pbSignature, ULONG ulSignLen));
SKF_FUNCTION(RSAExportSessionKey, (HCONTAINER hContainer, ULONG ulAlgId, RSAPUBLICKEYBLOB* pPubKey,
                                   BYTE* pbData, ULONG* pulDataLen, HANDLE* phSessionKey));
SKF_FUNCTION(ExtRSAPubKeyOperation, (DEVHANDLE hDev, RSAPUBLICKEYBLOB* pRSAPubKeyBlob, BYTE* pbInput,
                                     ULONG ulInputLen, BYTE* pbOutput, ULONG* pulOutputLen));
SKF_FUNCTION(ExtRSAPriKeyOperation, (DEVHANDLE hDev, RSAPRIVATEKEYBLOB* pRSAPriKeyBlob, BYTE* pbInput,
                                     ULONG ulInputLen, BYTE* pbOutput, ULONG* pulOutputLen));

/* ECC (SM2) */
SKF_FUNCTION(GenECCKeyPair, (HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB* pBlob));
SKF_FUNCTION(ImportECCKeyPair, (HCONTAINER hContainer, ENVELOPEDKEYBLOB* pEnvelopedKeyBlob));
SKF_FUNCTION(ECCSignData,
             (HCONTAINER hContainer, BYTE* pbData, ULONG ulDataLen, ECCSIGNATUREBLOB* pSignature));
SKF_FUNCTION(ECCVerify, (DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbData, ULONG ulDataLen,
                         ECCSIGNATUREBLOB* pSignature));
SKF_FUNCTION(ECCExportSessionKey, (HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB* pPubKey,
                                   ECCCIPHERBLOB* pData, HANDLE* phSessionKey));
SKF_FUNCTION(ExtECCEncrypt, (DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbPlainText,
                             ULONG ulPlainTextLen, ECCCIPHERBLOB* pCipherText));
SKF_FUNCTION(ExtECCDecrypt, (DEVHANDLE hDev, ECCPRIVATEKEYBLOB* pECCPriKeyBlob, ECCCIPHERBLOB* pCipherText,
                             BYTE* pbPlainText, ULONG* pulPlainTextLen));
SKF_FUNCTION(ExtECCSign, (DEVHANDLE hDev, ECCPRIVATEKEYBLOB* pECCPriKeyBlob, BYTE* pbData, ULONG ulDataLen,
                          ECCSIGNATUREBLOB* pSignature));
SKF_FUNCTION(ExtECCVerify, (DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbData, ULONG ulDataLen,
                            ECCSIGNATUREBLOB* pSignature));
SKF_FUNCTION(GenerateAgreementDataWithECC,
             (HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB* pTempECCPubKeyBlob, BYTE* pbID,
              ULONG ulIDLen, HANDLE* phAgreementHandle));
SKF_FUNCTION(GenerateAgreementDataAndKeyWithECC,
             (HANDLE hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB* pSponsorECCPubKeyBlob,
              ECCPUBLICKEYBLOB* pSponsorTempECCPubKeyBlob, ECCPUBLICKEYBLOB* pTempECCPubKeyBlob, BYTE* pbID,
              ULONG ulIDLen, BYTE* pbSponsorID, ULONG ulSponsorIDLen, HANDLE* phKeyHandle));
SKF_FUNCTION(GenerateKeyWithECC,
             (HANDLE hAgreementHandle, ECCPUBLICKEYBLOB* pECCPubKeyBlob, ECCPUBLICKEYBLOB* pTempECCPubKeyBlob,
              BYTE* pbID, ULONG ulIDLen, HANDLE* phKeyHandle));
SKF_FUNCTION(ExportPublicKey, (HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbBlob, ULONG* pulBlobLen));

/* session keys, digests, message authentication codes */
SKF_FUNCTION(ImportSessionKey,
             (HCONTAINER hContainer, ULONG ulAlgId, BYTE* pbWrapedData, ULONG ulWrapedLen, HANDLE* phKey));
SKF_FUNCTION(SetSymmKey, (DEVHANDLE hDev, BYTE* pbKey, ULONG ulAlgID, HANDLE* phKey));
SKF_FUNCTION(EncryptInit, (HANDLE hKey, BLOCKCIPHERPARAM EncryptParam));
SKF_FUNCTION(Encrypt,
             (HANDLE hKey, BYTE* pbData, ULONG ulDataLen, BYTE* pbEncryptedData, ULONG* pulEncryptedLen));
SKF_FUNCTION(EncryptUpdate,
             (HANDLE hKey, BYTE* pbData, ULONG ulDataLen, BYTE* pbEncryptedData, ULONG* pulEncryptedLen));
SKF_FUNCTION(EncryptFinal, (HANDLE hKey, BYTE* pbEncryptedData, ULONG* pulEncryptedDataLen));
SKF_FUNCTION(DecryptInit, (HANDLE hKey, BLOCKCIPHERPARAM DecryptParam));
SKF_FUNCTION(Decrypt,
             (HANDLE hKey, BYTE* pbEncryptedData, ULONG ulEncryptedLen, BYTE* pbData, ULONG* pulDataLen));
SKF_FUNCTION(DecryptUpdate,
             (HANDLE hKey, BYTE* pbEncryptedData, ULONG ulEncryptedLen, BYTE* pbData, ULONG* pulDataLen));
SKF_FUNCTION(DecryptFinal, (HANDLE hKey, BYTE* pbDecryptedData, ULONG* pulDecryptedDataLen));
SKF_FUNCTION(DigestInit, (DEVHANDLE hDev, ULONG ulAlgID, ECCPUBLICKEYBLOB* pPubKey, BYTE* pucID,
                          ULONG ulIDLen, HANDLE* phHash));
SKF_FUNCTION(Digest, (HANDLE hHash, BYTE* pbData, ULONG ulDataLen, BYTE* pbHashData, ULONG* pulHashLen));
SKF_FUNCTION(DigestUpdate, (HANDLE hHash, BYTE* pbData, ULONG ulDataLen));
SKF_FUNCTION(DigestFinal, (HANDLE hHash, BYTE* pHashData, ULONG* pulHashLen));
SKF_FUNCTION(MacInit, (HANDLE hKey, BLOCKCIPHERPARAM* pMacParam, HANDLE* phMac));
SKF_FUNCTION(Mac, (HANDLE hMac, BYTE* pbData, ULONG ulDataLen, BYTE* pbMacData, ULONG* pulMacLen));
SKF_FUNCTION(MacUpdate, (HANDLE hMac, BYTE* pbData, ULONG ulDataLen));
SKF_FUNCTION(MacFinal, (HANDLE hMac, BYTE* pbMacData, ULONG* pulMacDataLen));
SKF_FUNCTION(CloseHandle, (HANDLE hHandle));

/* ---- extensions of makers, not in the standard ---- */

/* Opens a cipher text with the container's encryption key. */
SKF_FUNCTION(ECCPrvKeyDecrypt,
             (HCONTAINER hContainer, ECCCIPHERBLOB* pCipherText, BYTE* pbPlainText, ULONG* pulPlainTextLen));
/* Opens a PKCS#1 v1.5 cipher text with the container's encryption key. */
SKF_FUNCTION(RSAPrvKeyDecrypt, (HCONTAINER hContainer, BYTE* pbCipherText, ULONG ulCipherTextLen,
                                BYTE* pbPlainText, ULONG* pulPlainTextLen));
/* Gives a random number, good for one answer, that the keeper of the administrator PIN answers. */
SKF_FUNCTION(GenRemoteUnblockRequest, (HAPPLICATION hApplication, BYTE* pbRequest, ULONG* pulRequestLen));
/* Sets the user PIN that the answer carries. */
SKF_FUNCTION(RemoteUnblockPIN,
             (HAPPLICATION hApplication, BYTE* pbResponse, ULONG ulResponseLen, ULONG* pulRetryCount));

#ifdef __cplusplus
}
#endif

#endif /* UKEY_GMT0016_SKF_H */
