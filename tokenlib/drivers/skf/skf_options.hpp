// How a GM/T 0016 library differs from the standard and from its neighbours. Plain data: it comes from the
// models table or from the administrator.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ukey::skf {

/// Structures as the standard's header packs them, or as the compiler lays them out without packing.
enum class Packing : std::uint8_t { packed, natural };

/// Makes a difference on Windows for x86 only; elsewhere both are the one convention of the system.
enum class CallingConvention : std::uint8_t { standardCall, cCall };

/// What the standard leaves to compilers.
struct Abi {
    unsigned ulongBits = 32;  ///< 32 as the standard says, or 64 (`unsigned long` of Linux and macOS).
    Packing packing = Packing::packed;
    CallingConvention callingConvention = CallingConvention::standardCall;
    bool operator==(const Abi&) const = default;
};

/// Where a 32-octet number stands in its 64-octet array. It is seen in what the library returns; until then
/// (and for `automatic`) the end, as in the standard.
enum class NumberAlignment : std::uint8_t { automatic, right, left };

/// Signature of the maker's call that decrypts with an SM2 encryption key. A wrong one crashes the process,
/// so none is used unless it is named.
enum class Sm2DecryptForm : std::uint8_t {
    none,
    blob,         ///< SKF_ECCDecrypt or SKF_ECCPrvKeyDecrypt (container, ECCCIPHERBLOB*, out, length*)
    keySpecBlob,  ///< SKF_PrvKeyDecrypt (container, ULONG 1 = encryption key, ECCCIPHERBLOB*, out, length*)
    raw,          ///< The first two with (container, X || Y || C3 || C2, length, out, length*)
};

/// The same for RSA: SKF_RSADecrypt or SKF_RSAPrvKeyDecrypt.
enum class RsaDecryptForm : std::uint8_t {
    none,
    plain,    ///< (container, in, length, out, length*)
    keySpec,  ///< (container, ULONG 1 = encryption key, in, length, out, length*)
};

/// SKF_GenRemoteUnblockRequest: the request's length by value (as Longmai's), or in and out.
enum class RemoteUnblockForm : std::uint8_t { none, fixedLength, lengthInOut };

struct Quirks {
    NumberAlignment numberAlignment = NumberAlignment::automatic;
    /// SKF_RSASignData wants the bare digest. Detected too: every RSA signature is checked.
    bool rsaSignAddsPrefix = false;
    /// The library knows only the device and application that were opened last.
    bool oneTokenAtATime = false;
    /// DEVINFO.Issuer has the name of the model.
    bool issuerIsModel = false;
    Sm2DecryptForm sm2Decrypt = Sm2DecryptForm::none;
    RsaDecryptForm rsaDecrypt = RsaDecryptForm::none;
    RemoteUnblockForm remoteUnblock = RemoteUnblockForm::none;
    /// Codes of the maker's own, and which SAR_ code each one means.
    std::map<std::uint32_t, std::uint32_t> codes;
    bool operator==(const Quirks&) const = default;
};

struct SkfOptions {
    std::filesystem::path library;  ///< Absolute.
    std::string model;              ///< Name for people, for TokenInfo::model; empty: what the device says.
    Abi abi;
    /// The application to use, and no other; empty: all are looked through.
    std::string application;
    std::optional<unsigned> maxContainers;  ///< How many the token holds; it cannot be asked.
    bool events = false;                    ///< SKF_WaitForDevEvent is there and really waits.
    unsigned pinMinLength = 6;
    unsigned pinMaxLength = 16;
    Quirks quirks;
    bool operator==(const SkfOptions&) const = default;
};

/// Reads the options of a driver from their JSON object, which whoever took it from people has checked
/// against tokenlib/drivers/options/skf.schema.json; the library is not among them. Everything may be left
/// out; empty text is an empty object. Throws bad-request for what is of another kind than the schema says,
/// and for lengths of PINs that contradict each other.
SkfOptions parseSkfOptions(std::string_view json);

}  // namespace ukey::skf
