// The structures and codes of GM/T 0016, written out here again, so that a mistake in the driver's cannot
// hide.
#pragma once

#include <cstdint>
#include <vector>

#ifdef _WIN32
#define EXPORT extern "C" __declspec(dllexport)
#else
#define EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace fake {

using ULONG = FAKE_ULONG;
using BYTE = std::uint8_t;
using BOOL = std::int32_t;
using HANDLE = void*;
using Bytes = std::vector<BYTE>;

#if FAKE_PACKED
#pragma pack(push, 1)
#endif
struct VERSION {
    BYTE major, minor;
};
struct DEVINFO {
    VERSION Version;
    char Manufacturer[64], Issuer[64], Label[32], SerialNumber[32];
    VERSION HWVersion, FirmwareVersion;
    ULONG AlgSymCap, AlgAsymCap, AlgHashCap, DevAuthAlgId, TotalSpace, FreeSpace, MaxECCBufferSize,
        MaxBufferSize;
    BYTE Reserved[64];
    // A maker's own.
    BYTE More[64];
    char CspName[64];
};
struct RSAPUBLICKEYBLOB {
    ULONG AlgID, BitLen;
    BYTE Modulus[256], PublicExponent[4];
};
struct ECCPUBLICKEYBLOB {
    ULONG BitLen;
    BYTE X[64], Y[64];
};
struct ECCCIPHERBLOB {
    BYTE X[64], Y[64], HASH[32];
    ULONG CipherLen;
    BYTE Cipher[1];
};
struct ECCSIGNATUREBLOB {
    BYTE r[64], s[64];
};
struct BLOCKCIPHERPARAM {
    BYTE IV[32];
    ULONG IVLen, PaddingType, FeedBitLen;
};
struct ENVELOPEDKEYBLOB {
    ULONG Version, ulSymmAlgID, ulBits;
    BYTE cbEncryptedPriKey[64];
    ECCPUBLICKEYBLOB PubKey;
    ECCCIPHERBLOB ECCCipherBlob;
};
#if FAKE_PACKED
#pragma pack(pop)
#endif

inline constexpr ULONG kOk = 0;
inline constexpr ULONG kBadHandle = 0x0A000005;
inline constexpr ULONG kBadParameter = 0x0A000006;
inline constexpr ULONG kBadLength = 0x0A000010;
inline constexpr ULONG kBadData = 0x0A000011;
inline constexpr ULONG kNoKey = 0x0A00001B;
inline constexpr ULONG kNoCertificate = 0x0A00001C;
inline constexpr ULONG kTooSmall = 0x0A000020;
inline constexpr ULONG kPinWrong = 0x0A000024;
inline constexpr ULONG kPinLocked = 0x0A000025;
inline constexpr ULONG kAlreadyLoggedIn = 0x0A000028;
inline constexpr ULONG kNotLoggedIn = 0x0A00002D;
inline constexpr ULONG kNoApplication = 0x0A00002E;
inline constexpr ULONG kNoFile = 0x0A000031;

}  // namespace fake
