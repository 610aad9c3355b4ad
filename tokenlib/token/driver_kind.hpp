// Which of the standards a driver library speaks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ukey::token {

/// GM/T 0016 (SKF), or PKCS#11.
enum class DriverKind : std::uint8_t { skf, pkcs11 };
/// "skf", "pkcs11": in the configuration, in the table of models and on a host's command line.
std::string_view toString(DriverKind kind) noexcept;
std::optional<DriverKind> driverKindFrom(std::string_view name) noexcept;

}  // namespace ukey::token
