#include "tokenlib/drivers/skf/sar.hpp"

#include <array>
#include <cstdio>

namespace ukey::skf {
namespace {

constexpr std::uint32_t kBase = 0x0A000000;

constexpr std::array<std::string_view, 0x33> kNames{"",
                                                    "FAIL",
                                                    "UNKNOWNERR",
                                                    "NOTSUPPORTYETERR",
                                                    "FILEERR",
                                                    "INVALIDHANDLEERR",
                                                    "INVALIDPARAMERR",
                                                    "READFILEERR",
                                                    "WRITEFILEERR",
                                                    "NAMELENERR",
                                                    "KEYUSAGEERR",
                                                    "MODULUSLENERR",
                                                    "NOTINITIALIZEERR",
                                                    "OBJERR",
                                                    "MEMORYERR",
                                                    "TIMEOUTERR",
                                                    "INDATALENERR",
                                                    "INDATAERR",
                                                    "GENRANDERR",
                                                    "HASHOBJERR",
                                                    "HASHERR",
                                                    "GENRSAKEYERR",
                                                    "RSAMODULUSLENERR",
                                                    "CSPIMPRTPUBKEYERR",
                                                    "RSAENCERR",
                                                    "RSADECERR",
                                                    "HASHNOTEQUALERR",
                                                    "KEYNOTFOUNTERR",
                                                    "CERTNOTFOUNTERR",
                                                    "NOTEXPORTERR",
                                                    "DECRYPTPADERR",
                                                    "MACLENERR",
                                                    "BUFFER_TOO_SMALL",
                                                    "KEYINFOTYPEERR",
                                                    "NOT_EVENTERR",
                                                    "DEVICE_REMOVED",
                                                    "PIN_INCORRECT",
                                                    "PIN_LOCKED",
                                                    "PIN_INVALID",
                                                    "PIN_LEN_RANGE",
                                                    "USER_ALREADY_LOGGED_IN",
                                                    "USER_PIN_NOT_INITIALIZED",
                                                    "USER_TYPE_INVALID",
                                                    "APPLICATION_NAME_INVALID",
                                                    "APPLICATION_EXISTS",
                                                    "USER_NOT_LOGGED_IN",
                                                    "APPLICATION_NOT_EXISTS",
                                                    "FILE_ALREADY_EXIST",
                                                    "NO_ROOM",
                                                    "FILE_NOT_EXIST",
                                                    "REACH_MAX_CONTAINER_COUNT"};

ErrorCode meaning(std::uint32_t code) noexcept {
    switch (code) {
        case sar::kNotSupportedYet:
            return ErrorCode::unsupported;
        case sar::kKeyNotFound:
        case sar::kCertificateNotFound:
        case sar::kFileNotExists:
            return ErrorCode::certificateNotFound;
        case sar::kDeviceRemoved:
            return ErrorCode::tokenRemoved;
        case sar::kPinIncorrect:
        case sar::kPinInvalid:
            return ErrorCode::pinIncorrect;
        case sar::kPinLocked:
            return ErrorCode::pinLocked;
        case sar::kPinLengthRange:
            return ErrorCode::pinTooShort;
        case sar::kPinNotInitialized:
        case sar::kApplicationNotExists:
            return ErrorCode::tokenBlank;
        case sar::kNotLoggedIn:
            return ErrorCode::pinRequired;
        case sar::kNoRoom:
        case sar::kTooManyContainers:
            return ErrorCode::tokenFull;
        default:
            return ErrorCode::driverError;
    }
}

}  // namespace

std::string_view sarName(std::uint32_t code) noexcept {
    if (code == sar::kOk) return "OK";
    return code > kBase && code - kBase < kNames.size() ? kNames[code - kBase] : std::string_view();
}

std::uint32_t SarCodes::standard(std::uint32_t code) const noexcept {
    const auto found = translations_.find(code);
    return found == translations_.end() ? code : found->second;
}

Error SarCodes::error(const char* function, std::uint32_t code) const {
    const std::uint32_t known = standard(code);
    std::array<char, 16> number{};
    (void)std::snprintf(number.data(), number.size(), "0x%08X", static_cast<unsigned>(code));
    std::string text = std::string(function) + ": " + number.data();
    if (const auto name = sarName(known); !name.empty()) text += " (" + std::string(name) + ")";
    return Error(meaning(known), text).withDriverCode(known);
}

bool isLost(const Error& error) noexcept {
    return error.driverCode() == sar::kInvalidHandle || error.driverCode() == sar::kDeviceRemoved;
}

Error nonsense(const std::string& what) { return {ErrorCode::driverError, what}; }

}  // namespace ukey::skf
