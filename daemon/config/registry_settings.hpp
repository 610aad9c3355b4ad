// Settings as they stand in the registry of Windows: one value a setting, lists and objects as keys.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/config/source.hpp"

namespace ukey::config {

struct RegistryValue {
    /// A value of a type that no setting has.
    struct OtherType {
        std::uint32_t type = 0;
    };
    /// Empty for the key's default value.
    std::string name;
    /// REG_SZ and REG_EXPAND_SZ (expanded), REG_MULTI_SZ, REG_DWORD; the texts are UTF-8.
    std::variant<std::string, std::vector<std::string>, std::uint32_t, OtherType> data;
};

struct RegistryKey {
    std::string name;  ///< From its root on, e.g. "HKLM\Software\Policies\Ukey".
    std::vector<RegistryValue> values;
    std::vector<RegistryKey> keys;
};

/// What an entry of `origins` grants that names no scopes: all that a site needs at which people log in, sign
/// and open what was sealed to them; not the issuing of certificates.
inline constexpr std::array<std::string_view, 4> kScopesOfAnOriginAlone{"tokens", "certificates", "sign",
                                                                        "decrypt"};

/// The object that a file with these settings would hold; `source` gets the name of each value. Which setting
/// is of which type, the schema says. Entries of a list are in the order of their numbers, whatever these
/// are; an entry that is an object is its JSON, or one of these short forms:
///
///   origins            ORIGIN [SCOPE ...]
///   drivers            [skf|pkcs11] LIBRARY
///   unlockAuthorities  the certificate in Base64 alone
///
/// Throws ukey::Error (bad-request) that names the value.
nlohmann::json settingsFrom(const RegistryKey& key, Source& source);

}  // namespace ukey::config
