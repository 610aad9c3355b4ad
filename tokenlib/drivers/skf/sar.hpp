// Return codes of GM/T 0016-2012, annex A, and what each means to a caller.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tokenlib/base/error.hpp"

namespace ukey::skf {

namespace sar {
inline constexpr std::uint32_t kOk = 0;
inline constexpr std::uint32_t kFail = 0x0A000001;
inline constexpr std::uint32_t kNotSupportedYet = 0x0A000003;
inline constexpr std::uint32_t kInvalidHandle = 0x0A000005;
inline constexpr std::uint32_t kInvalidParameter = 0x0A000006;
inline constexpr std::uint32_t kKeyUsage = 0x0A00000A;
inline constexpr std::uint32_t kInputLength = 0x0A000010;
inline constexpr std::uint32_t kInputData = 0x0A000011;
inline constexpr std::uint32_t kImportPublicKey = 0x0A000017;
inline constexpr std::uint32_t kRsaDecrypt = 0x0A000019;
inline constexpr std::uint32_t kHashNotEqual = 0x0A00001A;
inline constexpr std::uint32_t kKeyNotFound = 0x0A00001B;
inline constexpr std::uint32_t kCertificateNotFound = 0x0A00001C;
inline constexpr std::uint32_t kDecryptPadding = 0x0A00001E;
inline constexpr std::uint32_t kBufferTooSmall = 0x0A000020;
inline constexpr std::uint32_t kNotEvent = 0x0A000022;
inline constexpr std::uint32_t kDeviceRemoved = 0x0A000023;
inline constexpr std::uint32_t kPinIncorrect = 0x0A000024;
inline constexpr std::uint32_t kPinLocked = 0x0A000025;
inline constexpr std::uint32_t kPinInvalid = 0x0A000026;
inline constexpr std::uint32_t kPinLengthRange = 0x0A000027;
inline constexpr std::uint32_t kAlreadyLoggedIn = 0x0A000028;
inline constexpr std::uint32_t kPinNotInitialized = 0x0A000029;
inline constexpr std::uint32_t kNotLoggedIn = 0x0A00002D;
inline constexpr std::uint32_t kApplicationNotExists = 0x0A00002E;
inline constexpr std::uint32_t kNoRoom = 0x0A000030;
inline constexpr std::uint32_t kFileNotExists = 0x0A000031;
inline constexpr std::uint32_t kTooManyContainers = 0x0A000032;
}  // namespace sar

/// "USER_NOT_LOGGED_IN"; empty for a code that the standard does not have.
std::string_view sarName(std::uint32_t code) noexcept;

/// A library's codes, with the maker's own ones put into those of the standard.
class SarCodes {
  public:
    explicit SarCodes(std::map<std::uint32_t, std::uint32_t> translations)
        : translations_(std::move(translations)) {}

    std::uint32_t standard(std::uint32_t code) const noexcept;

    /// The error that `function`, which returned `code`, is reported as. Its text has the code as returned,
    /// its driverCode() the one of the standard.
    Error error(const char* function, std::uint32_t code) const;

  private:
    std::map<std::uint32_t, std::uint32_t> translations_;
};

/// Whether the library no longer knows the handles that it was given: the token was out, if only for a
/// moment.
bool isLost(const Error& error) noexcept;

/// The library broke the standard (a length, a count, an enumeration that cannot be): driver-error without a
/// driver code.
Error nonsense(const std::string& what);

}  // namespace ukey::skf
