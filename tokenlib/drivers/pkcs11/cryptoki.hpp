// The part of Cryptoki 2.40 (OASIS "PKCS #11 Cryptographic Token Interface Base Specification" and "Current
// Mechanisms", 2.40) that the driver uses: types, the function list, constants. Names and numbers are the
// standard's.
#pragma once

#include <cstddef>

namespace ukey::pkcs11 {

// NOLINTBEGIN(readability-identifier-naming)

// Structures are packed to one octet on Windows, and lie naturally elsewhere.
#ifdef _WIN32
#pragma pack(push, cryptoki, 1)
#endif

using CK_BYTE = unsigned char;
using CK_CHAR = CK_BYTE;
using CK_UTF8CHAR = CK_BYTE;
using CK_BBOOL = CK_BYTE;
using CK_ULONG = unsigned long;
using CK_FLAGS = CK_ULONG;
using CK_RV = CK_ULONG;
using CK_SLOT_ID = CK_ULONG;
using CK_SESSION_HANDLE = CK_ULONG;
using CK_OBJECT_HANDLE = CK_ULONG;
using CK_OBJECT_CLASS = CK_ULONG;
using CK_KEY_TYPE = CK_ULONG;
using CK_CERTIFICATE_TYPE = CK_ULONG;
using CK_ATTRIBUTE_TYPE = CK_ULONG;
using CK_MECHANISM_TYPE = CK_ULONG;
using CK_RSA_PKCS_MGF_TYPE = CK_ULONG;
using CK_RSA_PKCS_OAEP_SOURCE_TYPE = CK_ULONG;
using CK_EC_KDF_TYPE = CK_ULONG;
using CK_USER_TYPE = CK_ULONG;
using CK_STATE = CK_ULONG;
using CK_NOTIFICATION = CK_ULONG;
using CK_NOTIFY = CK_RV (*)(CK_SESSION_HANDLE, CK_NOTIFICATION, void*);

inline constexpr CK_ULONG CK_UNAVAILABLE_INFORMATION = ~CK_ULONG{0};
inline constexpr CK_ULONG CK_INVALID_HANDLE = 0;
inline constexpr CK_BBOOL CK_TRUE = 1;
inline constexpr CK_BBOOL CK_FALSE = 0;

struct CK_VERSION {
    CK_BYTE major;
    CK_BYTE minor;
};

struct CK_INFO {
    CK_VERSION cryptokiVersion;
    CK_UTF8CHAR manufacturerID[32];
    CK_FLAGS flags;
    CK_UTF8CHAR libraryDescription[32];
    CK_VERSION libraryVersion;
};

struct CK_SLOT_INFO {
    CK_UTF8CHAR slotDescription[64];
    CK_UTF8CHAR manufacturerID[32];
    CK_FLAGS flags;
    CK_VERSION hardwareVersion;
    CK_VERSION firmwareVersion;
};

struct CK_TOKEN_INFO {
    CK_UTF8CHAR label[32];
    CK_UTF8CHAR manufacturerID[32];
    CK_UTF8CHAR model[16];
    CK_CHAR serialNumber[16];
    CK_FLAGS flags;
    CK_ULONG ulMaxSessionCount;
    CK_ULONG ulSessionCount;
    CK_ULONG ulMaxRwSessionCount;
    CK_ULONG ulRwSessionCount;
    CK_ULONG ulMaxPinLen;
    CK_ULONG ulMinPinLen;
    CK_ULONG ulTotalPublicMemory;
    CK_ULONG ulFreePublicMemory;
    CK_ULONG ulTotalPrivateMemory;
    CK_ULONG ulFreePrivateMemory;
    CK_VERSION hardwareVersion;
    CK_VERSION firmwareVersion;
    CK_CHAR utcTime[16];
};

struct CK_SESSION_INFO {
    CK_SLOT_ID slotID;
    CK_STATE state;
    CK_FLAGS flags;
    CK_ULONG ulDeviceError;
};

struct CK_ATTRIBUTE {
    CK_ATTRIBUTE_TYPE type;
    void* pValue;
    CK_ULONG ulValueLen;
};

struct CK_MECHANISM {
    CK_MECHANISM_TYPE mechanism;
    void* pParameter;
    CK_ULONG ulParameterLen;
};

struct CK_MECHANISM_INFO {
    CK_ULONG ulMinKeySize;
    CK_ULONG ulMaxKeySize;
    CK_FLAGS flags;
};

struct CK_RSA_PKCS_OAEP_PARAMS {
    CK_MECHANISM_TYPE hashAlg;
    CK_RSA_PKCS_MGF_TYPE mgf;
    CK_RSA_PKCS_OAEP_SOURCE_TYPE source;
    void* pSourceData;
    CK_ULONG ulSourceDataLen;
};

struct CK_ECDH1_DERIVE_PARAMS {
    CK_EC_KDF_TYPE kdf;
    CK_ULONG ulSharedDataLen;
    CK_BYTE* pSharedData;
    CK_ULONG ulPublicDataLen;
    CK_BYTE* pPublicData;
};

struct CK_C_INITIALIZE_ARGS {
    CK_RV (*CreateMutex)(void**);
    CK_RV (*DestroyMutex)(void*);
    CK_RV (*LockMutex)(void*);
    CK_RV (*UnlockMutex)(void*);
    CK_FLAGS flags;
    void* pReserved;
};

struct CK_FUNCTION_LIST;

// In the standard's order; those that the driver never calls are only room.
struct CK_FUNCTION_LIST {
    CK_VERSION version;
    CK_RV (*C_Initialize)(void* args);
    CK_RV (*C_Finalize)(void* reserved);
    CK_RV (*C_GetInfo)(CK_INFO* info);
    CK_RV (*C_GetFunctionList)(CK_FUNCTION_LIST** list);
    CK_RV (*C_GetSlotList)(CK_BBOOL tokenPresent, CK_SLOT_ID* slots, CK_ULONG* count);
    CK_RV (*C_GetSlotInfo)(CK_SLOT_ID slot, CK_SLOT_INFO* info);
    CK_RV (*C_GetTokenInfo)(CK_SLOT_ID slot, CK_TOKEN_INFO* info);
    CK_RV (*C_GetMechanismList)(CK_SLOT_ID slot, CK_MECHANISM_TYPE* list, CK_ULONG* count);
    CK_RV (*C_GetMechanismInfo)(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO* info);
    CK_RV (*C_InitToken)(CK_SLOT_ID slot, CK_UTF8CHAR* pin, CK_ULONG pinLength, CK_UTF8CHAR* label);
    CK_RV (*C_InitPIN)(CK_SESSION_HANDLE session, CK_UTF8CHAR* pin, CK_ULONG length);
    CK_RV(*C_SetPIN)
    (CK_SESSION_HANDLE session, CK_UTF8CHAR* oldPin, CK_ULONG oldLength, CK_UTF8CHAR* newPin,
     CK_ULONG newLength);
    CK_RV(*C_OpenSession)
    (CK_SLOT_ID slot, CK_FLAGS flags, void* application, CK_NOTIFY notify, CK_SESSION_HANDLE* session);
    CK_RV (*C_CloseSession)(CK_SESSION_HANDLE session);
    CK_RV (*C_CloseAllSessions)(CK_SLOT_ID slot);
    CK_RV (*C_GetSessionInfo)(CK_SESSION_HANDLE session, CK_SESSION_INFO* info);
    CK_RV (*C_GetOperationState)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_SetOperationState)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_OBJECT_HANDLE, CK_OBJECT_HANDLE);
    CK_RV (*C_Login)(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR* pin, CK_ULONG length);
    CK_RV (*C_Logout)(CK_SESSION_HANDLE session);
    CK_RV(*C_CreateObject)
    (CK_SESSION_HANDLE session, CK_ATTRIBUTE* attributes, CK_ULONG count, CK_OBJECT_HANDLE* object);
    CK_RV (*C_CopyObject)(CK_SESSION_HANDLE, CK_OBJECT_HANDLE, CK_ATTRIBUTE*, CK_ULONG, CK_OBJECT_HANDLE*);
    CK_RV (*C_DestroyObject)(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object);
    CK_RV (*C_GetObjectSize)(CK_SESSION_HANDLE, CK_OBJECT_HANDLE, CK_ULONG*);
    CK_RV(*C_GetAttributeValue)
    (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* attributes, CK_ULONG count);
    CK_RV (*C_SetAttributeValue)(CK_SESSION_HANDLE, CK_OBJECT_HANDLE, CK_ATTRIBUTE*, CK_ULONG);
    CK_RV (*C_FindObjectsInit)(CK_SESSION_HANDLE session, CK_ATTRIBUTE* attributes, CK_ULONG count);
    CK_RV(*C_FindObjects)
    (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* objects, CK_ULONG room, CK_ULONG* count);
    CK_RV (*C_FindObjectsFinal)(CK_SESSION_HANDLE session);
    CK_RV (*C_EncryptInit)(CK_SESSION_HANDLE, CK_MECHANISM*, CK_OBJECT_HANDLE);
    CK_RV (*C_Encrypt)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_EncryptUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_EncryptFinal)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_DecryptInit)(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key);
    CK_RV(*C_Decrypt)
    (CK_SESSION_HANDLE session, CK_BYTE* cipher, CK_ULONG cipherLength, CK_BYTE* data, CK_ULONG* dataLength);
    CK_RV (*C_DecryptUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_DecryptFinal)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_DigestInit)(CK_SESSION_HANDLE, CK_MECHANISM*);
    CK_RV (*C_Digest)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_DigestUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG);
    CK_RV (*C_DigestKey)(CK_SESSION_HANDLE, CK_OBJECT_HANDLE);
    CK_RV (*C_DigestFinal)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_SignInit)(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key);
    CK_RV(*C_Sign)
    (CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG dataLength, CK_BYTE* signature,
     CK_ULONG* signatureLength);
    CK_RV (*C_SignUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG);
    CK_RV (*C_SignFinal)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_SignRecoverInit)(CK_SESSION_HANDLE, CK_MECHANISM*, CK_OBJECT_HANDLE);
    CK_RV (*C_SignRecover)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_VerifyInit)(CK_SESSION_HANDLE, CK_MECHANISM*, CK_OBJECT_HANDLE);
    CK_RV (*C_Verify)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG);
    CK_RV (*C_VerifyUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG);
    CK_RV (*C_VerifyFinal)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG);
    CK_RV (*C_VerifyRecoverInit)(CK_SESSION_HANDLE, CK_MECHANISM*, CK_OBJECT_HANDLE);
    CK_RV (*C_VerifyRecover)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_DigestEncryptUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_DecryptDigestUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_SignEncryptUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_DecryptVerifyUpdate)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*);
    CK_RV (*C_GenerateKey)(CK_SESSION_HANDLE, CK_MECHANISM*, CK_ATTRIBUTE*, CK_ULONG, CK_OBJECT_HANDLE*);
    CK_RV(*C_GenerateKeyPair)
    (CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_ATTRIBUTE* publicAttributes, CK_ULONG publicCount,
     CK_ATTRIBUTE* privateAttributes, CK_ULONG privateCount, CK_OBJECT_HANDLE* publicKey,
     CK_OBJECT_HANDLE* privateKey);
    CK_RV(*C_WrapKey)
    (CK_SESSION_HANDLE, CK_MECHANISM*, CK_OBJECT_HANDLE, CK_OBJECT_HANDLE, CK_BYTE*, CK_ULONG*);
    CK_RV(*C_UnwrapKey)
    (CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE unwrappingKey, CK_BYTE* wrapped,
     CK_ULONG wrappedLength, CK_ATTRIBUTE* attributes, CK_ULONG count, CK_OBJECT_HANDLE* key);
    CK_RV(*C_DeriveKey)
    (CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE baseKey, CK_ATTRIBUTE* attributes,
     CK_ULONG count, CK_OBJECT_HANDLE* key);
    CK_RV (*C_SeedRandom)(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG);
    CK_RV (*C_GenerateRandom)(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG length);
    CK_RV (*C_GetFunctionStatus)(CK_SESSION_HANDLE);
    CK_RV (*C_CancelFunction)(CK_SESSION_HANDLE);
    CK_RV (*C_WaitForSlotEvent)(CK_FLAGS flags, CK_SLOT_ID* slot, void* reserved);
};

using CK_C_GetFunctionList = CK_RV (*)(CK_FUNCTION_LIST** list);

#ifdef _WIN32
#pragma pack(pop, cryptoki)
#endif

#ifndef _WIN32
static_assert(offsetof(CK_FUNCTION_LIST, C_WaitForSlotEvent) == 68 * sizeof(void*));
#endif

// Return values.
inline constexpr CK_RV CKR_OK = 0x0;
inline constexpr CK_RV CKR_CANCEL = 0x1;
inline constexpr CK_RV CKR_HOST_MEMORY = 0x2;
inline constexpr CK_RV CKR_SLOT_ID_INVALID = 0x3;
inline constexpr CK_RV CKR_GENERAL_ERROR = 0x5;
inline constexpr CK_RV CKR_FUNCTION_FAILED = 0x6;
inline constexpr CK_RV CKR_ARGUMENTS_BAD = 0x7;
inline constexpr CK_RV CKR_NO_EVENT = 0x8;
inline constexpr CK_RV CKR_NEED_TO_CREATE_THREADS = 0x9;
inline constexpr CK_RV CKR_CANT_LOCK = 0xa;
inline constexpr CK_RV CKR_ATTRIBUTE_READ_ONLY = 0x10;
inline constexpr CK_RV CKR_ATTRIBUTE_SENSITIVE = 0x11;
inline constexpr CK_RV CKR_ATTRIBUTE_TYPE_INVALID = 0x12;
inline constexpr CK_RV CKR_ATTRIBUTE_VALUE_INVALID = 0x13;
inline constexpr CK_RV CKR_ACTION_PROHIBITED = 0x1b;
inline constexpr CK_RV CKR_DATA_INVALID = 0x20;
inline constexpr CK_RV CKR_DATA_LEN_RANGE = 0x21;
inline constexpr CK_RV CKR_DEVICE_ERROR = 0x30;
inline constexpr CK_RV CKR_DEVICE_MEMORY = 0x31;
inline constexpr CK_RV CKR_DEVICE_REMOVED = 0x32;
inline constexpr CK_RV CKR_ENCRYPTED_DATA_INVALID = 0x40;
inline constexpr CK_RV CKR_ENCRYPTED_DATA_LEN_RANGE = 0x41;
inline constexpr CK_RV CKR_FUNCTION_CANCELED = 0x50;
inline constexpr CK_RV CKR_FUNCTION_NOT_PARALLEL = 0x51;
inline constexpr CK_RV CKR_FUNCTION_NOT_SUPPORTED = 0x54;
inline constexpr CK_RV CKR_KEY_HANDLE_INVALID = 0x60;
inline constexpr CK_RV CKR_KEY_SIZE_RANGE = 0x62;
inline constexpr CK_RV CKR_KEY_TYPE_INCONSISTENT = 0x63;
inline constexpr CK_RV CKR_KEY_FUNCTION_NOT_PERMITTED = 0x68;
inline constexpr CK_RV CKR_MECHANISM_INVALID = 0x70;
inline constexpr CK_RV CKR_MECHANISM_PARAM_INVALID = 0x71;
inline constexpr CK_RV CKR_OBJECT_HANDLE_INVALID = 0x82;
inline constexpr CK_RV CKR_OPERATION_ACTIVE = 0x90;
inline constexpr CK_RV CKR_OPERATION_NOT_INITIALIZED = 0x91;
inline constexpr CK_RV CKR_PIN_INCORRECT = 0xa0;
inline constexpr CK_RV CKR_PIN_INVALID = 0xa1;
inline constexpr CK_RV CKR_PIN_LEN_RANGE = 0xa2;
inline constexpr CK_RV CKR_PIN_EXPIRED = 0xa3;
inline constexpr CK_RV CKR_PIN_LOCKED = 0xa4;
inline constexpr CK_RV CKR_SESSION_CLOSED = 0xb0;
inline constexpr CK_RV CKR_SESSION_COUNT = 0xb1;
inline constexpr CK_RV CKR_SESSION_HANDLE_INVALID = 0xb3;
inline constexpr CK_RV CKR_SESSION_READ_ONLY = 0xb5;
inline constexpr CK_RV CKR_SESSION_EXISTS = 0xb6;
inline constexpr CK_RV CKR_SESSION_READ_ONLY_EXISTS = 0xb7;
inline constexpr CK_RV CKR_SESSION_READ_WRITE_SO_EXISTS = 0xb8;
inline constexpr CK_RV CKR_SIGNATURE_LEN_RANGE = 0xc1;
inline constexpr CK_RV CKR_TEMPLATE_INCOMPLETE = 0xd0;
inline constexpr CK_RV CKR_TEMPLATE_INCONSISTENT = 0xd1;
inline constexpr CK_RV CKR_TOKEN_NOT_PRESENT = 0xe0;
inline constexpr CK_RV CKR_TOKEN_NOT_RECOGNIZED = 0xe1;
inline constexpr CK_RV CKR_TOKEN_WRITE_PROTECTED = 0xe2;
inline constexpr CK_RV CKR_UNWRAPPING_KEY_HANDLE_INVALID = 0xf0;
inline constexpr CK_RV CKR_UNWRAPPING_KEY_SIZE_RANGE = 0xf1;
inline constexpr CK_RV CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT = 0xf2;
inline constexpr CK_RV CKR_USER_ALREADY_LOGGED_IN = 0x100;
inline constexpr CK_RV CKR_USER_NOT_LOGGED_IN = 0x101;
inline constexpr CK_RV CKR_USER_PIN_NOT_INITIALIZED = 0x102;
inline constexpr CK_RV CKR_USER_TYPE_INVALID = 0x103;
inline constexpr CK_RV CKR_USER_ANOTHER_ALREADY_LOGGED_IN = 0x104;
inline constexpr CK_RV CKR_USER_TOO_MANY_TYPES = 0x105;
inline constexpr CK_RV CKR_WRAPPED_KEY_INVALID = 0x110;
inline constexpr CK_RV CKR_WRAPPED_KEY_LEN_RANGE = 0x112;
inline constexpr CK_RV CKR_RANDOM_SEED_NOT_SUPPORTED = 0x120;
inline constexpr CK_RV CKR_RANDOM_NO_RNG = 0x121;
inline constexpr CK_RV CKR_DOMAIN_PARAMS_INVALID = 0x130;
inline constexpr CK_RV CKR_CURVE_NOT_SUPPORTED = 0x140;
inline constexpr CK_RV CKR_BUFFER_TOO_SMALL = 0x150;
inline constexpr CK_RV CKR_CRYPTOKI_NOT_INITIALIZED = 0x190;
inline constexpr CK_RV CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
inline constexpr CK_RV CKR_FUNCTION_REJECTED = 0x200;

// Flags.
inline constexpr CK_FLAGS CKF_OS_LOCKING_OK = 0x2;  // C_Initialize
inline constexpr CK_FLAGS CKF_TOKEN_PRESENT = 0x1;  // slot
inline constexpr CK_FLAGS CKF_RNG = 0x1;            // token, from here
inline constexpr CK_FLAGS CKF_WRITE_PROTECTED = 0x2;
inline constexpr CK_FLAGS CKF_LOGIN_REQUIRED = 0x4;
inline constexpr CK_FLAGS CKF_USER_PIN_INITIALIZED = 0x8;
inline constexpr CK_FLAGS CKF_PROTECTED_AUTHENTICATION_PATH = 0x100;
inline constexpr CK_FLAGS CKF_TOKEN_INITIALIZED = 0x400;
inline constexpr CK_FLAGS CKF_USER_PIN_COUNT_LOW = 0x10000;
inline constexpr CK_FLAGS CKF_USER_PIN_FINAL_TRY = 0x20000;
inline constexpr CK_FLAGS CKF_USER_PIN_LOCKED = 0x40000;
inline constexpr CK_FLAGS CKF_USER_PIN_TO_BE_CHANGED = 0x80000;
inline constexpr CK_FLAGS CKF_SO_PIN_COUNT_LOW = 0x100000;
inline constexpr CK_FLAGS CKF_SO_PIN_FINAL_TRY = 0x200000;
inline constexpr CK_FLAGS CKF_SO_PIN_LOCKED = 0x400000;
inline constexpr CK_FLAGS CKF_RW_SESSION = 0x2;  // session
inline constexpr CK_FLAGS CKF_SERIAL_SESSION = 0x4;
inline constexpr CK_FLAGS CKF_DECRYPT = 0x200;  // mechanism
inline constexpr CK_FLAGS CKF_SIGN = 0x800;
inline constexpr CK_FLAGS CKF_GENERATE_KEY_PAIR = 0x10000;
inline constexpr CK_FLAGS CKF_UNWRAP = 0x40000;
inline constexpr CK_FLAGS CKF_DERIVE = 0x80000;

inline constexpr CK_USER_TYPE CKU_SO = 0;
inline constexpr CK_USER_TYPE CKU_USER = 1;
inline constexpr CK_USER_TYPE CKU_CONTEXT_SPECIFIC = 2;

inline constexpr CK_STATE CKS_RO_USER_FUNCTIONS = 1;
inline constexpr CK_STATE CKS_RW_USER_FUNCTIONS = 3;

inline constexpr CK_OBJECT_CLASS CKO_CERTIFICATE = 1;
inline constexpr CK_OBJECT_CLASS CKO_PUBLIC_KEY = 2;
inline constexpr CK_OBJECT_CLASS CKO_PRIVATE_KEY = 3;
inline constexpr CK_OBJECT_CLASS CKO_SECRET_KEY = 4;
inline constexpr CK_CERTIFICATE_TYPE CKC_X_509 = 0;

inline constexpr CK_KEY_TYPE CKK_RSA = 0x0;
inline constexpr CK_KEY_TYPE CKK_EC = 0x3;
inline constexpr CK_KEY_TYPE CKK_GENERIC_SECRET = 0x10;
inline constexpr CK_KEY_TYPE CKK_AES = 0x1f;

inline constexpr CK_ATTRIBUTE_TYPE CKA_CLASS = 0x0;
inline constexpr CK_ATTRIBUTE_TYPE CKA_TOKEN = 0x1;
inline constexpr CK_ATTRIBUTE_TYPE CKA_PRIVATE = 0x2;
inline constexpr CK_ATTRIBUTE_TYPE CKA_LABEL = 0x3;
inline constexpr CK_ATTRIBUTE_TYPE CKA_VALUE = 0x11;
inline constexpr CK_ATTRIBUTE_TYPE CKA_CERTIFICATE_TYPE = 0x80;
inline constexpr CK_ATTRIBUTE_TYPE CKA_ISSUER = 0x81;
inline constexpr CK_ATTRIBUTE_TYPE CKA_SERIAL_NUMBER = 0x82;
inline constexpr CK_ATTRIBUTE_TYPE CKA_KEY_TYPE = 0x100;
inline constexpr CK_ATTRIBUTE_TYPE CKA_SUBJECT = 0x101;
inline constexpr CK_ATTRIBUTE_TYPE CKA_ID = 0x102;
inline constexpr CK_ATTRIBUTE_TYPE CKA_SENSITIVE = 0x103;
inline constexpr CK_ATTRIBUTE_TYPE CKA_ENCRYPT = 0x104;
inline constexpr CK_ATTRIBUTE_TYPE CKA_DECRYPT = 0x105;
inline constexpr CK_ATTRIBUTE_TYPE CKA_WRAP = 0x106;
inline constexpr CK_ATTRIBUTE_TYPE CKA_UNWRAP = 0x107;
inline constexpr CK_ATTRIBUTE_TYPE CKA_SIGN = 0x108;
inline constexpr CK_ATTRIBUTE_TYPE CKA_VERIFY = 0x10a;
inline constexpr CK_ATTRIBUTE_TYPE CKA_DERIVE = 0x10c;
inline constexpr CK_ATTRIBUTE_TYPE CKA_MODULUS = 0x120;
inline constexpr CK_ATTRIBUTE_TYPE CKA_MODULUS_BITS = 0x121;
inline constexpr CK_ATTRIBUTE_TYPE CKA_PUBLIC_EXPONENT = 0x122;
inline constexpr CK_ATTRIBUTE_TYPE CKA_PUBLIC_KEY_INFO = 0x129;
inline constexpr CK_ATTRIBUTE_TYPE CKA_VALUE_LEN = 0x161;
inline constexpr CK_ATTRIBUTE_TYPE CKA_EXTRACTABLE = 0x162;
inline constexpr CK_ATTRIBUTE_TYPE CKA_EC_PARAMS = 0x180;
inline constexpr CK_ATTRIBUTE_TYPE CKA_EC_POINT = 0x181;
inline constexpr CK_ATTRIBUTE_TYPE CKA_ALWAYS_AUTHENTICATE = 0x202;

inline constexpr CK_MECHANISM_TYPE CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0;
inline constexpr CK_MECHANISM_TYPE CKM_RSA_PKCS = 0x1;
inline constexpr CK_MECHANISM_TYPE CKM_RSA_X_509 = 0x3;
inline constexpr CK_MECHANISM_TYPE CKM_RSA_PKCS_OAEP = 0x9;
inline constexpr CK_MECHANISM_TYPE CKM_SHA256_RSA_PKCS = 0x40;
inline constexpr CK_MECHANISM_TYPE CKM_SHA384_RSA_PKCS = 0x41;
inline constexpr CK_MECHANISM_TYPE CKM_SHA512_RSA_PKCS = 0x42;
inline constexpr CK_MECHANISM_TYPE CKM_SHA_1 = 0x220;
inline constexpr CK_MECHANISM_TYPE CKM_SHA256 = 0x250;
inline constexpr CK_MECHANISM_TYPE CKM_SHA384 = 0x260;
inline constexpr CK_MECHANISM_TYPE CKM_SHA512 = 0x270;
inline constexpr CK_MECHANISM_TYPE CKM_EC_KEY_PAIR_GEN = 0x1040;
inline constexpr CK_MECHANISM_TYPE CKM_ECDSA = 0x1041;
inline constexpr CK_MECHANISM_TYPE CKM_ECDSA_SHA256 = 0x1044;
inline constexpr CK_MECHANISM_TYPE CKM_ECDSA_SHA384 = 0x1045;
inline constexpr CK_MECHANISM_TYPE CKM_ECDSA_SHA512 = 0x1046;
inline constexpr CK_MECHANISM_TYPE CKM_ECDH1_DERIVE = 0x1050;
inline constexpr CK_MECHANISM_TYPE CKM_AES_CBC_PAD = 0x1085;
inline constexpr CK_MECHANISM_TYPE CKM_AES_KEY_WRAP_PAD = 0x210a;

inline constexpr CK_RSA_PKCS_MGF_TYPE CKG_MGF1_SHA1 = 1;
inline constexpr CK_RSA_PKCS_MGF_TYPE CKG_MGF1_SHA256 = 2;
inline constexpr CK_RSA_PKCS_MGF_TYPE CKG_MGF1_SHA384 = 3;
inline constexpr CK_RSA_PKCS_MGF_TYPE CKG_MGF1_SHA512 = 4;
inline constexpr CK_RSA_PKCS_OAEP_SOURCE_TYPE CKZ_DATA_SPECIFIED = 1;
inline constexpr CK_EC_KDF_TYPE CKD_NULL = 1;

// NOLINTEND(readability-identifier-naming)

}  // namespace ukey::pkcs11
